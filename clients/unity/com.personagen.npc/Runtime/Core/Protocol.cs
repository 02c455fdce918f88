using System;
using System.Collections.Generic;

namespace Personagen.Npc
{
    /// <summary>What of the wire protocol the connection itself must know; docs/protocol.md is the whole.</summary>
    public static class Protocol
    {
        public const int Version = 1;
        public const string Subprotocol = "personagen.v1";

        public const int CloseLost = 1006; // RFC 6455: gone without a close frame
        public const int CloseTooBig = 1009; // RFC 6455

        /// <summary>After these, coming back would fail again or take the session from its new holder.</summary>
        private static readonly HashSet<int> Final = new HashSet<int>
        {
            1000, CloseTooBig, 4000, 4001, 4002, 4003, 4004, 4005, 4006, 4008
        };

        /// <summary>Requests that may run twice to the same end; all others are writes.</summary>
        private static readonly HashSet<string> Reads = new HashSet<string>(StringComparer.Ordinal)
        {
            "hello", "ping", "bye", "shutdown", "world.open", "world.close", "world.list", "npc.list", "npc.get",
            "save.log", "save.list", "save.export", "save.import", "ask", "subscribe"
        };

        public static bool IsFinal(int closeCode) { return Final.Contains(closeCode); }

        /// <summary>Must go out again after a resume, under its old id and never under a new one.</summary>
        public static bool IsWrite(string type) { return !Reads.Contains(type); }
    }
}
