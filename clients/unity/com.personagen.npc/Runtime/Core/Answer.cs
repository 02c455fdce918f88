using System.Collections.Generic;

namespace Personagen.Npc
{
    /// <summary>What became of a request.</summary>
    public sealed class Answer
    {
        private readonly MsgPackValue _message;
        private readonly Fault _error;
        private readonly IList<MsgPackValue> _replies;

        internal Answer(MsgPackValue message, Fault error, IList<MsgPackValue> replies)
        {
            _message = message;
            _error = error;
            _replies = replies ?? new MsgPackValue[0];
        }

        internal static Answer Failed(Fault error) { return new Answer(MsgPackValue.Nil, error, null); }

        public bool Ok { get { return _error == null; } }

        /// <summary>Why not; null when all went well.</summary>
        public Fault Error { get { return _error; } }

        /// <summary>The closing message, whole.</summary>
        public MsgPackValue Message { get { return _message; } }

        /// <summary>What an <c>ok</c> holds.</summary>
        public MsgPackValue Data { get { return _message["data"]; } }

        /// <summary>The <c>reply</c> of each NPC that answered a <c>say</c>, the last included.</summary>
        public IList<MsgPackValue> Replies { get { return _replies; } }
    }
}
