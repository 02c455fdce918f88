using System;
using System.Threading;
using System.Threading.Tasks;

namespace Personagen.Npc
{
    /// <summary>
    /// A way to a server that keeps frames whole. One reader and one sender at a time. What goes wrong
    /// while receiving is a <see cref="Received"/>, what goes wrong while connecting or sending throws.
    /// </summary>
    public interface ITransport : IDisposable
    {
        Task ConnectAsync(Uri url, CancellationToken ct);

        Task SendAsync(ArraySegment<byte> frame);

        /// <summary>
        /// The next frame, or the end. The bytes are valid until the next call. Takes no token: cancelling a
        /// receive aborts the socket, so only <see cref="Abort"/> ends the wait.
        /// </summary>
        Task<Received> ReceiveAsync(int limit);

        /// <summary>Tells the other side; its own close comes as the last <see cref="Received"/>.</summary>
        Task CloseAsync();

        /// <summary>Ends the connection at once, from any thread, as often as one likes.</summary>
        void Abort();
    }

    /// <summary>A frame, or how the connection ended.</summary>
    public struct Received
    {
        private readonly ArraySegment<byte> _frame;
        private readonly int _code;
        private readonly string _reason;

        private Received(ArraySegment<byte> frame, int code, string reason)
        {
            _frame = frame;
            _code = code;
            _reason = reason;
        }

        public static Received Of(ArraySegment<byte> frame) { return new Received(frame, 0, ""); }

        public static Received End(int code, string reason)
        {
            return new Received(default(ArraySegment<byte>), code, reason);
        }

        public ArraySegment<byte> Frame { get { return _frame; } }
        public bool Ended { get { return _code != 0; } }

        /// <summary>The close code; 1006 when there was none.</summary>
        public int Code { get { return _code; } }
        public string Reason { get { return _reason ?? ""; } }
    }
}
