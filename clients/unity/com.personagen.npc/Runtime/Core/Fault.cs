namespace Personagen.Npc
{
    /// <summary>Why something was refused or cannot be known. A value, never thrown.</summary>
    public sealed class Fault
    {
        /// <summary>The client's own code: the connection went and did not come back in time.</summary>
        public const string LostCode = "lost";

        private readonly string _code;
        private readonly string _message;
        private readonly MsgPackValue _error;

        public Fault(string code, string message)
        {
            _code = code;
            _message = message;
        }

        private Fault(MsgPackValue error) : this(error["code"].AsText(), error["message"].AsText())
        {
            _error = error;
        }

        /// <summary>Stable name, as in the table of errors of the protocol.</summary>
        public string Code { get { return _code; } }

        /// <summary>For people; may change.</summary>
        public string Message { get { return _message; } }

        /// <summary>Path of the field at fault, or empty.</summary>
        public string Field { get { return _error["field"].AsText(); } }

        public string Got { get { return _error["got"].AsText(); } }
        public string Allowed { get { return _error["allowed"].AsText(); } }

        public override string ToString() { return _code + ": " + _message; }

        internal static Fault Lost(string message) { return new Fault(LostCode, message); }
        internal static Fault OfError(MsgPackValue error) { return new Fault(error); }

        internal static Fault OfClose(Received end)
        {
            string code = end.Code == 4002 ? "wrong_protocol" : end.Code == 4003 ? "denied" : LostCode;
            return new Fault(code, "the connection was closed: " + end.Code + " " + end.Reason);
        }
    }
}
