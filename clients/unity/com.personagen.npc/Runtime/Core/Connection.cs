using System;
using System.Threading;
using System.Threading.Tasks;

namespace Personagen.Npc
{
    /// <summary>
    /// One session with one server, over connections that come and go. Errors are values; only cancellation
    /// throws. What was asked while the server is away waits for it. Events come on threads of the pool.
    /// </summary>
    public sealed class Connection : IDisposable
    {
        internal const int FirstLimit = 65536; // of a frame, until the welcome says more
        private const int SweepMs = 250; // how exactly AnswerTimeout is kept
        private const int ProtocolError = 1002; // RFC 6455

        private readonly object _gate = new object();
        private readonly ConnectionOptions _options;
        private readonly Func<ITransport> _dial;
        private readonly Session _session;
        private readonly Sender _sender;
        private readonly CancellationTokenSource _life = new CancellationTokenSource();
        private readonly Random _dice = new Random();

        private Timer _sweeper;
        private ITransport _transport;
        private Task _running = Task.CompletedTask;
        private ConnectionState _state = ConnectionState.New;

        public Connection(ConnectionOptions options, Func<ITransport> dial = null)
        {
            _options = options;
            _dial = dial ?? WebSocketTransport.Dial;
            _session = new Session(options);
            _sender = new Sender(_session);
        }

        /// <summary>A <c>spoke</c>, <c>changed</c> or <c>resync</c>, each once and in order.</summary>
        public event Action<MsgPackValue> Pushed;

        public event Action<ConnectionState> StateChanged;

        /// <summary>One of your handlers threw; the connection goes on.</summary>
        public event Action<Exception> HandlerFailed;

        public ConnectionState State { get { lock (_gate) { return _state; } } }

        /// <summary>The latest <c>welcome</c>; Nil before the first.</summary>
        public MsgPackValue Welcome { get { return _session.Welcome; } }

        /// <summary>The world that the session is in, or null.</summary>
        public string World { get { return _session.World; } }

        /// <summary>Connects once; a failed attempt may be made again. Its message is the <c>welcome</c>.</summary>
        public async Task<Answer> ConnectAsync(CancellationToken ct = default(CancellationToken))
        {
            ct.ThrowIfCancellationRequested();
            if (_dial == null)
            {
                return Answer.Failed(new Fault("not_supported", "WebGL has no sockets; give an ITransport"));
            }
            if (!Move(ConnectionState.New, ConnectionState.Connecting))
            {
                return Answer.Failed(new Fault("out_of_order", "this connection was opened before"));
            }
            Greeting greeting = null;
            try
            {
                using (CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(ct, _life.Token))
                {
                    greeting = await GreetAsync(both.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
                if (ct.IsCancellationRequested)
                {
                    throw;
                }
                return Answer.Failed(Fault.Lost("the connection was closed"));
            }
            finally
            {
                if (greeting == null || greeting.Fault != null)
                {
                    Move(ConnectionState.Connecting, ConnectionState.New);
                }
            }
            return greeting.Fault != null ? Answer.Failed(greeting.Fault) : Start(greeting);
        }

        /// <summary>
        /// Asks and waits for the closing answer. <paramref name="onPart"/> gets each <c>delta</c>, and each
        /// <c>reply</c> of a group but the last, on a thread of the pool. Cancelling gives up the wait; what was
        /// sent may be done all the same.
        /// </summary>
        public async Task<Answer> AskAsync(
            Request request, CancellationToken ct = default(CancellationToken), Action<MsgPackValue> onPart = null)
        {
            ct.ThrowIfCancellationRequested();
            if (State == ConnectionState.New)
            {
                return Answer.Failed(new Fault("out_of_order", "connect first"));
            }
            Pending pending = _session.Post(request, onPart, DateTime.UtcNow + _options.AnswerTimeout);
            _sender.Wake();
            using (ct.Register(delegate { _session.Cancel(pending, ct); }))
            {
                return await pending.Task.ConfigureAwait(false);
            }
        }

        /// <summary>Leaves politely: what was asked is answered first. Takes no longer than the limit.</summary>
        public async Task CloseAsync(TimeSpan limit)
        {
            _session.Leaving = true;
            if (State == ConnectionState.Open)
            {
                _session.Post(new Request("bye"), null, DateTime.MaxValue);
                _sender.Wake();
                await Task.WhenAny(_running, Task.Delay(limit)).ConfigureAwait(false);
            }
            Dispose();
        }

        /// <summary>Ends at once. Whoever still waits gets the error <c>lost</c>.</summary>
        public void Dispose()
        {
            End(Fault.Lost("the connection was closed"));
        }

        // --- one connection after the other -------------------------------------------------------

        private Answer Start(Greeting greeting)
        {
            lock (_gate)
            {
                if (_state != ConnectionState.Connecting)
                {
                    greeting.Transport.Dispose(); // closed meanwhile
                    return Answer.Failed(Fault.Lost("the connection was closed"));
                }
                _state = ConnectionState.Open;
                _transport = greeting.Transport;
                _sweeper = new Timer(delegate { _session.Expire(DateTime.UtcNow); }, null, SweepMs, SweepMs);
                _running = Task.Run(delegate { return RunAsync(greeting.Transport); });
            }
            Raise(StateChanged, ConnectionState.Open);
            return new Answer(greeting.Message, null, null);
        }

        private async Task RunAsync(ITransport transport)
        {
            Fault why = null;
            try
            {
                while (why == null)
                {
                    Received end = await ServeAsync(transport).ConfigureAwait(false);
                    why = Fault.OfClose(end);
                    bool over = _session.Leaving || Protocol.IsFinal(end.Code);
                    if (!over && Move(ConnectionState.Open, ConnectionState.Reconnecting))
                    {
                        Greeting greeting = await ComeBackAsync().ConfigureAwait(false);
                        why = greeting.Fault;
                        transport = greeting.Transport;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                why = Fault.Lost("the connection was closed");
            }
            catch (Exception wrong) // whatever happened, nobody waits for ever
            {
                why = new Fault("client_fault", wrong.ToString());
            }
            End(why);
        }

        /// <summary>Reads one connection to its end.</summary>
        private async Task<Received> ServeAsync(ITransport transport)
        {
            using (CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(_life.Token))
            {
                Task sending = _sender.RunAsync(transport, stop.Token);
                try
                {
                    return await ReadAsync(transport).ConfigureAwait(false);
                }
                finally
                {
                    stop.Cancel();
                    transport.Dispose();
                    await sending.ConfigureAwait(false);
                }
            }
        }

        private async Task<Received> ReadAsync(ITransport transport)
        {
            MsgPackReader reader = new MsgPackReader();
            // no frame is larger than what may wait for us before we are dropped as slow
            int limit = (int)Math.Min(int.MaxValue / 2, Math.Max(FirstLimit, _session.Limit("queue")));
            while (true)
            {
                Received got = await transport.ReceiveAsync(limit).ConfigureAwait(false);
                if (got.Ended)
                {
                    return got;
                }
                try
                {
                    Take(reader.Frame(got.Frame));
                }
                catch (MsgPackException wrong)
                {
                    return Received.End(ProtocolError, "the server sent what is no message: " + wrong.Message);
                }
            }
        }

        private async Task<Greeting> ComeBackAsync()
        {
            DateTime until = DateTime.UtcNow + _options.Patience;
            double wait = _options.FirstWait.TotalMilliseconds;
            while (true)
            {
                // up to half of the wait is left to chance, so that clients do not come all at once
                int pause = (int)(wait * (1 - _dice.NextDouble() / 2));
                await Task.Delay(pause, _life.Token).ConfigureAwait(false);
                Greeting greeting = await GreetAsync(_life.Token).ConfigureAwait(false);
                if (greeting.Fault == null)
                {
                    lock (_gate)
                    {
                        _transport = greeting.Transport;
                    }
                    if (!Move(ConnectionState.Reconnecting, ConnectionState.Open))
                    {
                        greeting.Transport.Dispose();
                    }
                    return greeting;
                }
                if (greeting.Hopeless || DateTime.UtcNow > until)
                {
                    return greeting;
                }
                wait = Math.Min(2 * wait, _options.LongestWait.TotalMilliseconds);
            }
        }

        private async Task<Greeting> GreetAsync(CancellationToken ct)
        {
            Greeting greeting = await Greeting.AttemptAsync(_dial(), _options, _session, ct).ConfigureAwait(false);
            if (greeting.Fault != null)
            {
                return greeting;
            }
            MsgPackValue resync;
            Fault notYet = _session.Begin(greeting.Message, out resync);
            if (notYet != null)
            {
                greeting.Transport.Dispose();
                return Greeting.Failed(notYet, false);
            }
            if (!resync.IsNil)
            {
                Raise(Pushed, resync);
            }
            return greeting;
        }

        // --- smaller things -----------------------------------------------------------------------

        private void Take(MsgPackValue message)
        {
            Action<MsgPackValue> part;
            if (_session.Take(message, out part))
            {
                part = Pushed;
            }
            Raise(part, message);
        }

        private void Raise<T>(Action<T> handler, T with)
        {
            if (handler == null)
            {
                return;
            }
            try
            {
                handler(with);
            }
            catch (Exception wrong) // not ours: a handler of the game must not end the connection
            {
                Action<Exception> failed = HandlerFailed;
                if (failed != null)
                {
                    failed(wrong);
                }
            }
        }

        private bool Move(ConnectionState from, ConnectionState to)
        {
            lock (_gate)
            {
                if (_state != from)
                {
                    return false;
                }
                _state = to;
            }
            Raise(StateChanged, to);
            return true;
        }

        private void End(Fault why)
        {
            ITransport transport;
            lock (_gate)
            {
                transport = _transport;
                bool first = _state != ConnectionState.Closed;
                _state = ConnectionState.Closed;
                if (_sweeper != null)
                {
                    _sweeper.Dispose();
                }
                if (!first)
                {
                    return;
                }
            }
            _life.Cancel();
            if (transport != null)
            {
                transport.Abort();
            }
            _session.Finish(why);
            Raise(StateChanged, ConnectionState.Closed);
        }
    }
}
