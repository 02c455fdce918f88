using System;
using System.IO;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;

namespace Personagen.Npc
{
    /// <summary>A server over System.Net.WebSockets. Not for WebGL, which has no sockets.</summary>
    public sealed class WebSocketTransport : ITransport
    {
        private const int FirstSize = 4096; // most frames fit

        private readonly ClientWebSocket _socket = new ClientWebSocket();
        private byte[] _buffer = new byte[FirstSize];

        /// <summary>Makes one, or is null where there are no sockets.</summary>
#if UNITY_WEBGL && !UNITY_EDITOR
        public static readonly Func<ITransport> Dial = null;
#else
        public static readonly Func<ITransport> Dial = delegate { return new WebSocketTransport(); };
#endif

        public WebSocketTransport()
        {
            _socket.Options.AddSubProtocol(Protocol.Subprotocol);
            _socket.Options.KeepAliveInterval = TimeSpan.Zero; // the server pings
        }

        public async Task ConnectAsync(Uri url, CancellationToken ct)
        {
            await _socket.ConnectAsync(url, ct).ConfigureAwait(false);
        }

        public Task SendAsync(ArraySegment<byte> frame)
        {
            return _socket.SendAsync(frame, WebSocketMessageType.Binary, true, CancellationToken.None);
        }

        public async Task<Received> ReceiveAsync(int limit)
        {
            try
            {
                return await ReadAsync(limit).ConfigureAwait(false);
            }
            catch (Exception gone)
            {
                if (!Broken(gone))
                {
                    throw;
                }
                return Received.End(Protocol.CloseLost, gone.Message);
            }
        }

        public async Task CloseAsync()
        {
            try
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None)
                    .ConfigureAwait(false);
            }
            catch (Exception gone)
            {
                if (!Broken(gone))
                {
                    throw;
                }
                Abort(); // closed already, which is what was wanted
            }
        }

        public void Abort()
        {
            _socket.Abort();
        }

        public void Dispose()
        {
            _socket.Abort();
            _socket.Dispose();
        }

        /// <summary>The connection is gone, rather than that we made a mistake.</summary>
        public static bool Broken(Exception fault)
        {
            return fault is WebSocketException || fault is IOException || fault is ObjectDisposedException
                || fault is OperationCanceledException || fault is InvalidOperationException
                || fault is System.Net.Sockets.SocketException || fault is System.Net.WebException;
        }

        private async Task<Received> ReadAsync(int limit)
        {
            int held = 0;
            while (true)
            {
                if (held == _buffer.Length)
                {
                    if (held >= limit)
                    {
                        Abort();
                        return Received.End(Protocol.CloseTooBig, "a frame over " + limit + " bytes");
                    }
                    Array.Resize(ref _buffer, Math.Min(2 * held, limit));
                }
                ArraySegment<byte> rest = new ArraySegment<byte>(_buffer, held, _buffer.Length - held);
                WebSocketReceiveResult got =
                    await _socket.ReceiveAsync(rest, CancellationToken.None).ConfigureAwait(false);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    return await ClosedAsync(got).ConfigureAwait(false);
                }
                held += got.Count;
                if (got.EndOfMessage)
                {
                    return Received.Of(new ArraySegment<byte>(_buffer, 0, held));
                }
            }
        }

        private async Task<Received> ClosedAsync(WebSocketReceiveResult got)
        {
            int code = got.CloseStatus.HasValue ? (int)got.CloseStatus.Value : Protocol.CloseLost;
            if (_socket.State == WebSocketState.CloseReceived)
            {
                await CloseAsync().ConfigureAwait(false);
            }
            return Received.End(code, got.CloseStatusDescription);
        }
    }
}
