using System;
using System.Threading;
using System.Threading.Tasks;

namespace Personagen.Npc
{
    /// <summary>One attempt to connect and to be welcomed: a transport, or why not.</summary>
    internal sealed class Greeting
    {
        private readonly ITransport _transport;
        private readonly MsgPackValue _message;
        private readonly Fault _fault;
        private readonly bool _hopeless;

        private Greeting(ITransport transport, MsgPackValue message, Fault fault, bool hopeless)
        {
            _transport = transport;
            _message = message;
            _fault = fault;
            _hopeless = hopeless;
        }

        public ITransport Transport { get { return _transport; } }
        public MsgPackValue Message { get { return _message; } }
        public Fault Fault { get { return _fault; } }

        /// <summary>Trying again would fail again.</summary>
        public bool Hopeless { get { return _hopeless; } }

        /// <summary>Connects and says hello. Throws only when cancelled.</summary>
        public static async Task<Greeting> AttemptAsync(
            ITransport transport, ConnectionOptions options, Session session, CancellationToken ct)
        {
            Greeting greeting = Failed(Fault.Lost("the server did not say welcome in time"), false);
            try
            {
                using (ct.Register(transport.Abort))
                {
                    Task<Greeting> greet = GreetAsync(transport, options, session, ct);
                    // the loser is left to end by itself: cancelling a receive would be the same as Abort
                    Task first = await Task.WhenAny(greet, Task.Delay(options.GreetTimeout, ct)).ConfigureAwait(false);
                    greeting = first == greet ? await greet.ConfigureAwait(false) : greeting;
                }
                ct.ThrowIfCancellationRequested();
                return greeting;
            }
            finally
            {
                if (greeting.Transport == null || ct.IsCancellationRequested)
                {
                    transport.Dispose();
                }
            }
        }

        private static async Task<Greeting> GreetAsync(
            ITransport transport, ConnectionOptions options, Session session, CancellationToken ct)
        {
            try
            {
                await transport.ConnectAsync(options.Url, ct).ConfigureAwait(false);
                using (MsgPackWriter writer = new MsgPackWriter())
                {
                    long id;
                    session.Hello(out id).Write(writer, id);
                    await transport.SendAsync(writer.Written).ConfigureAwait(false);
                }
                Received got = await transport.ReceiveAsync(Connection.FirstLimit).ConfigureAwait(false);
                return got.Ended ? Failed(Fault.OfClose(got), Protocol.IsFinal(got.Code)) : Judge(transport, got);
            }
            catch (Exception gone)
            {
                if (!WebSocketTransport.Broken(gone))
                {
                    throw;
                }
                return Failed(Fault.Lost("cannot reach " + options.Url + ": " + gone.Message), false);
            }
        }

        private static Greeting Judge(ITransport transport, Received got)
        {
            MsgPackValue message;
            try
            {
                message = new MsgPackReader().Frame(got.Frame);
            }
            catch (MsgPackException wrong)
            {
                return Failed(Fault.Lost("the server's welcome is no message: " + wrong.Message), true);
            }
            switch (message["type"].AsText())
            {
                case "welcome": return new Greeting(transport, message, null, false);
                case "error": return Failed(Fault.OfError(message), !Passing(message["code"].AsText()));
                default: return Failed(Fault.Lost("the server did not say welcome"), false);
            }
        }

        /// <summary>Whether a refusal may be over soon.</summary>
        private static bool Passing(string code)
        {
            return code == "closing" || code == "server_fault" || code == "store_locked" || code == "journal_failed";
        }

        public static Greeting Failed(Fault fault, bool hopeless)
        {
            return new Greeting(null, MsgPackValue.Nil, fault, hopeless);
        }
    }
}
