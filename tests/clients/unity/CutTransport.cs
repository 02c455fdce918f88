using System;
using System.Threading;
using System.Threading.Tasks;
using Personagen.Npc;

/// <summary>A road that is cut after so many frames: the first connection only, then it is whole.</summary>
internal sealed class CutTransport : ITransport
{
    private readonly WebSocketTransport _inner = new WebSocketTransport();
    private int _sends;
    private int _reads;

    public CutTransport(int sends, int reads)
    {
        _sends = sends;
        _reads = reads;
    }

    public Task ConnectAsync(Uri url, CancellationToken ct)
    {
        return _inner.ConnectAsync(url, ct);
    }

    public async Task SendAsync(ArraySegment<byte> frame)
    {
        if (_sends-- == 0)
        {
            Abort();
        }
        await _inner.SendAsync(frame);
    }

    public async Task<Received> ReceiveAsync(int limit)
    {
        Received got = await _inner.ReceiveAsync(limit);
        if (_reads-- == 0)
        {
            Abort();
            return Received.End(1006, "cut");
        }
        return got;
    }

    public Task CloseAsync()
    {
        return _inner.CloseAsync();
    }

    public void Abort()
    {
        _inner.Abort();
    }

    public void Dispose()
    {
        _inner.Dispose();
    }
}
