using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Personagen.Npc
{
    /// <summary>A request that was not answered yet.</summary>
    internal sealed class Pending
    {
        // continuations must not run inside the receive loop: one that blocks would stop all others
        private readonly TaskCompletionSource<Answer> _done =
            new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);

        public readonly Request Request;
        public readonly Action<MsgPackValue> OnPart;
        public readonly DateTime Deadline;

        /// <summary>Nobody waits: a request of the connection itself.</summary>
        public readonly bool Own;

        /// <summary>Changes when a read is asked again after a resume.</summary>
        public long Id;

        /// <summary>Some of it may have reached the server.</summary>
        public bool Sent;

        private List<MsgPackValue> _replies;

        public Pending(Request request, Action<MsgPackValue> onPart, DateTime deadline, bool own)
        {
            Request = request;
            OnPart = onPart;
            Deadline = deadline;
            Own = own;
        }

        public Task<Answer> Task { get { return _done.Task; } }

        public void Finish(MsgPackValue closing, Fault fault)
        {
            _done.TrySetResult(new Answer(closing, fault, _replies));
        }

        public void Cancel(CancellationToken ct)
        {
            _done.TrySetCanceled(ct);
        }

        /// <summary>Keeps a reply; after a resume the same one may come twice.</summary>
        public void Keep(MsgPackValue reply)
        {
            if (_replies == null)
            {
                _replies = new List<MsgPackValue>(1);
            }
            string turn = reply["turn"].AsText();
            _replies.RemoveAll(delegate(MsgPackValue known) { return known["turn"].AsText() == turn; });
            _replies.Add(reply);
        }
    }
}
