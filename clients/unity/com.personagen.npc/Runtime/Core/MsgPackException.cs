using System;

namespace Personagen.Npc
{
    /// <summary>Bytes that are no msgpack value, or a value that may not be written.</summary>
    public sealed class MsgPackException : Exception
    {
        public MsgPackException(string message) : base(message) { }
        public MsgPackException(string message, Exception inner) : base(message, inner) { }
    }
}
