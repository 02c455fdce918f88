using System;
using System.Collections.Generic;
using System.Threading;

namespace Personagen.Npc
{
    /// <summary>
    /// Ids, what is still open, and what must be said again after a lost connection. Knows no socket; safe
    /// for several threads.
    /// </summary>
    internal sealed class Session
    {
        private readonly object _gate = new object();
        private readonly Dictionary<long, Pending> _pending = new Dictionary<long, Pending>();
        private readonly Queue<Pending> _outgoing = new Queue<Pending>();
        private readonly PushFilter _filter = new PushFilter();
        private readonly ConnectionOptions _options;

        private MsgPackValue _welcome;
        private Fault _over;
        private Request _watch;
        private string _world;
        private long _ids;
        private long _seen;
        private bool _leaving;

        public Session(ConnectionOptions options)
        {
            _options = options;
        }

        public MsgPackValue Welcome { get { lock (_gate) { return _welcome; } } }
        public string World { get { lock (_gate) { return _world; } } }

        /// <summary>The next close is wanted.</summary>
        public bool Leaving
        {
            get { lock (_gate) { return _leaving; } }
            set { lock (_gate) { _leaving = value; } }
        }

        /// <summary>A limit that the welcome stated.</summary>
        public long Limit(string name)
        {
            return Welcome["limits"][name].AsLong(Connection.FirstLimit);
        }

        /// <summary>Queues a request, for now or for when the connection is back.</summary>
        public Pending Post(Request request, Action<MsgPackValue> onPart, DateTime deadline)
        {
            lock (_gate)
            {
                Pending pending = new Pending(request, onPart, deadline, false);
                if (_over != null)
                {
                    pending.Finish(MsgPackValue.Nil, _over);
                    return pending;
                }
                Enter(pending);
                return pending;
            }
        }

        /// <summary>What is to be sent next; null when there is nothing. From here on it may have arrived.</summary>
        public Pending Next()
        {
            lock (_gate)
            {
                while (_outgoing.Count > 0)
                {
                    Pending next = _outgoing.Dequeue();
                    Pending known;
                    if (_pending.TryGetValue(next.Id, out known) && known == next)
                    {
                        next.Sent = true;
                        return next;
                    }
                }
                return null;
            }
        }

        /// <summary>Nobody waits any more.</summary>
        public void Cancel(Pending pending, CancellationToken ct)
        {
            Remove(pending);
            pending.Cancel(ct);
        }

        public void Fail(Pending pending, Fault fault)
        {
            Remove(pending);
            pending.Finish(MsgPackValue.Nil, fault);
        }

        /// <summary>Ends the wait for what took too long.</summary>
        public void Expire(DateTime now)
        {
            List<Pending> late = new List<Pending>();
            lock (_gate)
            {
                foreach (Pending pending in _pending.Values)
                {
                    if (pending.Deadline < now)
                    {
                        late.Add(pending);
                    }
                }
            }
            foreach (Pending pending in late)
            {
                Fail(pending, Fault.Lost("no answer in time; a write may have been done all the same"));
            }
        }

        /// <summary>Nothing can be asked any more, and nobody waits for ever. Only the first reason counts.</summary>
        public void Finish(Fault why)
        {
            Pending[] open;
            lock (_gate)
            {
                _over = _over ?? why;
                why = _over;
                open = new Pending[_pending.Count];
                _pending.Values.CopyTo(open, 0);
                _pending.Clear();
                _outgoing.Clear();
            }
            foreach (Pending pending in open)
            {
                pending.Finish(MsgPackValue.Nil, why);
            }
        }

        // --- greeting ---------------------------------------------------------------------------

        public Request Hello(out long id)
        {
            lock (_gate)
            {
                id = ++_ids;
                Request hello = new Request("hello").With("protocol_min", _options.ProtocolVersion);
                hello.With("protocol_max", _options.ProtocolVersion);
                hello.With("client", _options.Client).With("version", _options.ClientVersion);
                hello.With("role", _options.Role).With("token", _options.Token);
                hello.With("world", _world ?? _options.World).With("player", _options.Player);
                return _welcome.IsNil ? hello : hello.With("resume", Resume());
            }
        }

        private MsgPackValue Resume()
        {
            // one step back: of the last step seen, some messages may have gone with the connection
            KeyValuePair<MsgPackValue, MsgPackValue>[] resume =
            {
                new KeyValuePair<MsgPackValue, MsgPackValue>("session", _welcome["session"]),
                new KeyValuePair<MsgPackValue, MsgPackValue>("seq", Math.Max(0, _seen - 1))
            };
            return MsgPackValue.Of(resume);
        }

        /// <summary>The server took the hello. Null, or why we cannot go on with it yet.</summary>
        public Fault Begin(MsgPackValue welcome, out MsgPackValue resync)
        {
            resync = MsgPackValue.Nil;
            lock (_gate)
            {
                bool again = !_welcome.IsNil;
                string world = welcome["world"].AsText(null);
                if (_world != null && world == null && welcome["role"].AsText() != "game")
                {
                    return Fault.Lost("world " + _world + " is not open yet"); // the game will open it again
                }
                bool resumed = welcome["resumed"].AsBool();
                _welcome = welcome;
                _seen = resumed ? _seen : welcome["seq"].AsLong();
                if (again)
                {
                    resync = resumed ? MsgPackValue.Nil : ForgetWrites();
                    AskAgain(world);
                }
                _world = world ?? _world;
                return null;
            }
        }

        /// <summary>The server does not know the session: what became of writes cannot be known.</summary>
        private MsgPackValue ForgetWrites()
        {
            _filter.Forget();
            foreach (Pending pending in Open())
            {
                if (pending.Sent && Protocol.IsWrite(pending.Request.Type))
                {
                    _pending.Remove(pending.Id);
                    pending.Finish(MsgPackValue.Nil,
                        Fault.Lost("the server forgot this session; whether it was done is not known"));
                }
            }
            KeyValuePair<MsgPackValue, MsgPackValue>[] resync =
            {
                new KeyValuePair<MsgPackValue, MsgPackValue>("type", "resync"),
                new KeyValuePair<MsgPackValue, MsgPackValue>("reason", "restarted")
            };
            return MsgPackValue.Of(resync);
        }

        private void AskAgain(string world)
        {
            bool resumed = _welcome["resumed"].AsBool();
            Pending[] open = Open();
            _outgoing.Clear();
            List<Pending> anew = new List<Pending>();
            bool opening = false;
            foreach (Pending pending in open)
            {
                opening = opening || pending.Request.Type == "world.open";
                if (resumed && Protocol.IsWrite(pending.Request.Type))
                {
                    _outgoing.Enqueue(pending); // under its old id, before any new one
                }
                else
                {
                    anew.Add(pending);
                }
            }
            if (_world != null && world != _world && !opening)
            {
                Enter(Mine(new Request("world.open").With("name", _world)));
            }
            if (_watch != null)
            {
                Enter(Mine(_watch));
            }
            foreach (Pending pending in anew)
            {
                _pending.Remove(pending.Id);
                if (!pending.Own)
                {
                    Enter(pending);
                }
            }
        }

        private static Pending Mine(Request request)
        {
            return new Pending(request, null, DateTime.MaxValue, true);
        }

        // --- messages ---------------------------------------------------------------------------

        /// <summary>
        /// Takes a message from the server. True when it is a pushed one that was not seen before; then
        /// <paramref name="part"/> is null. A piece of an answer is given to <paramref name="part"/>.
        /// </summary>
        public bool Take(MsgPackValue message, out Action<MsgPackValue> part)
        {
            part = null;
            lock (_gate)
            {
                string type = message["type"].AsText();
                _seen = Math.Max(_seen, message["seq"].AsLong());
                switch (type)
                {
                    case "ok":
                    case "error":
                    case "reply":
                    case "delta":
                        part = Settle(type, message);
                        return false;
                    case "spoke":
                    case "changed":
                    case "resync":
                        return _filter.IsNew(message);
                    default:
                        return false; // from a newer server
                }
            }
        }

        private Action<MsgPackValue> Settle(string type, MsgPackValue message)
        {
            Pending pending;
            if (!_pending.TryGetValue(message["re"].AsLong(), out pending))
            {
                return null;
            }
            if (type == "delta")
            {
                return pending.OnPart;
            }
            if (type == "reply")
            {
                pending.Keep(message);
                if (!message["last"].AsBool(true))
                {
                    return pending.OnPart;
                }
            }
            _pending.Remove(pending.Id);
            if (type == "ok")
            {
                Note(pending.Request, message);
            }
            pending.Finish(message, type == "error" ? Fault.OfError(message) : null);
            return null;
        }

        /// <summary>What must be remembered of requests that went well.</summary>
        private void Note(Request request, MsgPackValue ok)
        {
            switch (request.Type)
            {
                case "world.open":
                    string name = request["name"].AsText();
                    if (_world != name)
                    {
                        _filter.Forget();
                    }
                    _world = name;
                    _seen = ok["seq"].AsLong();
                    break;
                case "world.close":
                    _world = null;
                    _seen = 0;
                    break;
                case "subscribe":
                    _watch = request;
                    break;
                case "shutdown":
                    _leaving = true;
                    break;
            }
        }

        private void Enter(Pending pending)
        {
            pending.Id = ++_ids;
            pending.Sent = false;
            _pending[pending.Id] = pending;
            _outgoing.Enqueue(pending);
        }

        private void Remove(Pending pending)
        {
            lock (_gate)
            {
                Pending known;
                if (_pending.TryGetValue(pending.Id, out known) && known == pending)
                {
                    _pending.Remove(pending.Id);
                }
            }
        }

        /// <summary>All that is open, in the order of the ids.</summary>
        private Pending[] Open()
        {
            Pending[] open = new Pending[_pending.Count];
            _pending.Values.CopyTo(open, 0);
            Array.Sort(open, delegate(Pending a, Pending b) { return a.Id.CompareTo(b.Id); });
            return open;
        }
    }
}
