using System;
using System.Threading;
using System.Threading.Tasks;

namespace Personagen.Npc
{
    /// <summary>The only one that sends, so that sends are one after the other.</summary>
    internal sealed class Sender
    {
        private readonly SemaphoreSlim _wake = new SemaphoreSlim(0);
        private readonly Session _session;

        public Sender(Session session)
        {
            _session = session;
        }

        /// <summary>Something was posted.</summary>
        public void Wake()
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }

        /// <summary>Sends over one connection until it ends.</summary>
        public async Task RunAsync(ITransport transport, CancellationToken stop)
        {
            try
            {
                using (MsgPackWriter writer = new MsgPackWriter())
                {
                    while (true)
                    {
                        Pending next;
                        while (!stop.IsCancellationRequested && (next = _session.Next()) != null)
                        {
                            if (Write(writer, next))
                            {
                                await transport.SendAsync(writer.Written).ConfigureAwait(false);
                            }
                        }
                        await _wake.WaitAsync(stop).ConfigureAwait(false);
                    }
                }
            }
            catch (Exception gone)
            {
                if (!WebSocketTransport.Broken(gone))
                {
                    throw;
                }
                transport.Abort(); // so that the reader hears of it too
            }
        }

        private bool Write(MsgPackWriter writer, Pending next)
        {
            try
            {
                next.Request.Write(writer, next.Id);
            }
            catch (MsgPackException wrong)
            {
                _session.Fail(next, new Fault("too_deep", wrong.Message));
                return false;
            }
            long limit = _session.Limit("frame");
            if (writer.Written.Count <= limit)
            {
                return true;
            }
            // the server would close the connection for it
            _session.Fail(next, new Fault("frame_too_big", writer.Written.Count + " bytes, the server takes " + limit));
            return false;
        }
    }
}
