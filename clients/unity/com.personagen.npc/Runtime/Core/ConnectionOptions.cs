using System;

namespace Personagen.Npc
{
    /// <summary>Where to connect, as whom, and how patient to be.</summary>
    public sealed class ConnectionOptions
    {
        public Uri Url = new Uri("ws://127.0.0.1:7865");
        public string Token = "";

        /// <summary><c>game</c>, <c>player</c> or <c>observer</c>.</summary>
        public string Role = "game";

        /// <summary>Who speaks when a request names nobody; needed for the role <c>player</c>.</summary>
        public string Player;

        /// <summary>An open world to enter at once; null to ask with <c>world.open</c>.</summary>
        public string World;

        /// <summary>The protocol to speak; another than this client's own is for tests.</summary>
        public int ProtocolVersion = Protocol.Version;

        public string Client = "personagen-npc-unity";
        public string ClientVersion = "0.1.0";

        /// <summary>How long a server that went away is waited for.</summary>
        public TimeSpan Patience = TimeSpan.FromSeconds(60);

        /// <summary>How long an answer is waited for, reconnecting included.</summary>
        public TimeSpan AnswerTimeout = TimeSpan.FromSeconds(90);

        /// <summary>How long a server may take to connect and say welcome.</summary>
        public TimeSpan GreetTimeout = TimeSpan.FromSeconds(10);

        /// <summary>Wait before the first attempt to come back, doubled after each.</summary>
        public TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);

        public TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    }

    public enum ConnectionState
    {
        /// <summary>Not connected yet.</summary>
        New,
        Connecting,
        Open,
        /// <summary>Lost; coming back by itself. What is asked meanwhile waits.</summary>
        Reconnecting,
        /// <summary>Over for good; make another connection.</summary>
        Closed
    }
}
