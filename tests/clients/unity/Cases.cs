using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Personagen.Npc;

/// <summary>What a game lives through with a server that stays up. Each returns when all held.</summary>
internal static class Cases
{
    public static readonly Dictionary<string, Func<Road, Task>> All = new Dictionary<string, Func<Road, Task>>
    {
        { "refused", RefusedAsync }, { "nobody", NobodyAsync }, { "protocol", ProtocolAsync }, { "say", SayAsync },
        { "stream", StreamAsync }, { "many", ManyAsync }, { "saves", SavesAsync }, { "events", EventsAsync },
        { "oversize", OversizeAsync }, { "cancelled", CancelledAsync }, { "disposed", DisposedAsync },
        { "pushes", PushesAsync }, { "closed", ClosedAsync }, { "handler", HandlerAsync }, { "group", GroupAsync }, { "late", LateAsync },
        { "web", WebAsync }
    };

    private static async Task RefusedAsync(Road road)
    {
        ConnectionOptions options = road.Options();
        string token = options.Token;
        options.Token = "wrong";
        using (Connection connection = new Connection(options))
        {
            Road.Refused(await connection.AskAsync(new Request("ping")), "out_of_order");
            Road.Refused(await connection.ConnectAsync(), "denied");
            options.Token = token;
            Answer welcome = Road.Done(await connection.ConnectAsync());
            Road.That(welcome.Message["role"].AsText() == "game", "no role");
            Road.That(connection.State == ConnectionState.Open, "not open");
            Answer wrong = await connection.AskAsync(new Request("npc.get").With("npc", "nobody"));
            Road.Refused(wrong, "out_of_order");
            wrong = await connection.AskAsync(new Request("world.open").With("name", "Not A Name"));
            Road.Refused(wrong, "bad_field");
            Road.That(wrong.Error.Field == "name", "which field?");
        }
    }

    private static async Task NobodyAsync(Road road)
    {
        TcpListener taken = new TcpListener(IPAddress.Loopback, 0); // bound, accepts nobody after Stop
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        ConnectionOptions options = road.Options();
        options.Url = new Uri("ws://127.0.0.1:" + port);
        options.GreetTimeout = TimeSpan.FromSeconds(1);
        using (Connection connection = new Connection(options))
        {
            Road.Refused(await connection.ConnectAsync(), "lost"); // listens and says nothing
            taken.Stop();
            Road.Refused(await connection.ConnectAsync(), "lost");
        }
    }

    private static async Task WebAsync(Road road)
    {
        using (Connection connection = new Connection(road.Options()))
        {
            Road.Refused(await connection.ConnectAsync(), "not_supported");
        }
    }

    private static async Task ProtocolAsync(Road road)
    {
        ConnectionOptions options = road.Options();
        options.ProtocolVersion = 99;
        using (Connection connection = new Connection(options))
        {
            Road.Refused(await connection.ConnectAsync(), "wrong_protocol");
        }
    }

    private static async Task SayAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        {
            Answer answer = Road.Done(await connection.AskAsync(Road.Say("Hello!")));
            MsgPackValue reply = answer.Message;
            Road.That(answer.Replies.Count == 1 && reply["npc"].AsText() == "mara", "no reply");
            Road.That(reply["text"].AsText().Length > 0, "she said nothing");
            Request reward = new Request("reward").With("turn", reply["turn"]).With("value", 0.5);
            Road.That(Road.Done(await connection.AskAsync(reward)).Data["counted"].AsBool(), "not counted");
        }
    }

    private static async Task StreamAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        {
            List<string> pieces = new List<string>();
            Answer answer = Road.Done(await connection.AskAsync(Road.Say("Who are you?").With("stream", true),
                CancellationToken.None, delegate(MsgPackValue part) { pieces.Add(part["text"].AsText()); }));
            Road.That(pieces.Count > 0 && string.Concat(pieces) == answer.Message["text"].AsText(), "pieces are not the line");
        }
    }

    private static async Task ManyAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        {
            Answer[] spawned = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => connection.AskAsync(
                new Request("npc.spawn").With("npc", "n" + n).With("entry", "tomas").With("place", "forge"))));
            Array.ForEach(spawned, answer => Road.Done(answer));
            Answer[] said = await Task.WhenAll(Enumerable.Range(0, 200).Select(
                n => Task.Run(() => connection.AskAsync(Road.Say("Hello!", "n" + n)))));
            for (int n = 0; n < said.Length; n++)
            {
                Road.That(Road.Done(said[n]).Message["npc"].AsText() == "n" + n, "answers mixed up");
            }
            Road.That(said.Select(answer => answer.Message["turn"].AsText()).Distinct().Count() == 200, "turns doubled");
        }
    }

    private static async Task SavesAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        using (Connection other = await road.OpenAsync())
        {
            List<string> pushed = new List<string>();
            other.Pushed += delegate(MsgPackValue push)
            {
                lock (pushed)
                {
                    pushed.Add(push["type"].AsText());
                }
            };
            long before = await Road.TurnsAsync(connection);
            Road.Done(await connection.AskAsync(new Request("save").With("name", "one")));
            Road.Done(await connection.AskAsync(Road.Say("Hello!")));
            Road.That(await Road.TurnsAsync(connection) == before + 1, "no turn");
            Road.Done(await connection.AskAsync(new Request("load").With("name", "one")));
            Road.That(await Road.TurnsAsync(connection) == before, "the load changed nothing");
            await Road.UntilAsync(delegate { lock (pushed) { return pushed.Contains("resync"); } }, "no resync");
        }
    }

    private static async Task EventsAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        {
            Road.Done(await connection.AskAsync(new Request("player.set").With("player", "P1").With("place", "yard")));
            MsgPackValue theft = MsgPackValue.Of(new[]
            {
                new KeyValuePair<MsgPackValue, MsgPackValue>("type", "theft"),
                new KeyValuePair<MsgPackValue, MsgPackValue>("actor", "P1"),
                new KeyValuePair<MsgPackValue, MsgPackValue>("target", "mara"),
                new KeyValuePair<MsgPackValue, MsgPackValue>("place", "yard")
            });
            MsgPackValue[] all = Enumerable.Repeat(theft, 500).ToArray();
            Answer answer = Road.Done(await connection.AskAsync(new Request("events").With("events", all)));
            Road.That(answer.Data["taken"].AsLong() == 500, "not all were taken");
        }
    }

    private static async Task OversizeAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        {
            Road.Refused(await connection.AskAsync(Road.Say(new string('x', 70000))), "frame_too_big");
            Road.Refused(await connection.AskAsync(Road.Say(new string('x', 2001))), "bad_field");
            MsgPackValue deep = "end";
            for (int i = 0; i < 40; i++)
            {
                deep = new[] { deep };
            }
            Road.Refused(await connection.AskAsync(new Request("ping").With("deep", deep)), "too_deep");
            Road.Done(await connection.AskAsync(new Request("ping")));
        }
    }

    private static async Task CancelledAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        using (CancellationTokenSource source = new CancellationTokenSource())
        {
            Road.Done(await connection.AskAsync(Road.Set("mara", true)));
            Task<Answer> waits = connection.AskAsync(Road.Say("Are you there?"), source.Token);
            Road.Done(await connection.AskAsync(new Request("ping")));
            source.Cancel();
            await ThrowsAsync(waits);
            await ThrowsAsync(connection.AskAsync(new Request("ping"), source.Token));
            Road.Done(await connection.AskAsync(Road.Set("mara", false)));
            Road.Done(await connection.AskAsync(Road.Say("And now?")));
        }
    }

    private static async Task LateAsync(Road road)
    {
        ConnectionOptions options = road.Options();
        using (Connection connection = await road.OpenAsync(options))
        {
            Road.Done(await connection.AskAsync(Road.Set("mara", true)));
            options.AnswerTimeout = TimeSpan.FromSeconds(0.3);
            Road.Refused(await Road.SoonAsync(connection.AskAsync(Road.Say("Are you there?")), "say"), "lost");
            options.AnswerTimeout = TimeSpan.FromSeconds(40);
            Road.Done(await connection.AskAsync(new Request("ping")));
        }
    }

    private static async Task ThrowsAsync(Task<Answer> task)
    {
        try
        {
            await Road.SoonAsync(task, "cancelled");
        }
        catch (OperationCanceledException)
        {
            return;
        }
        throw new InvalidOperationException("not cancelled");
    }

    private static async Task DisposedAsync(Road road)
    {
        Connection connection = await road.OpenAsync();
        Road.Done(await connection.AskAsync(Road.Set("mara", true)));
        Task<Answer> waits = connection.AskAsync(Road.Say("Are you there?"));
        Road.Done(await connection.AskAsync(new Request("ping")));
        connection.Dispose();
        connection.Dispose();
        Road.Refused(await Road.SoonAsync(waits, "say"), "lost");
        Road.Refused(await Road.SoonAsync(connection.AskAsync(new Request("ping")), "ping"), "lost");
        Road.That(connection.State == ConnectionState.Closed, "not closed");
    }

    private static async Task PushesAsync(Road road)
    {
        using (Connection hears = await road.OpenAsync())
        using (Connection speaks = await road.OpenAsync())
        {
            List<string> lines = new List<string>();
            hears.Pushed += delegate(MsgPackValue push)
            {
                lock (lines)
                {
                    lines.Add(push["text"].AsText());
                }
            };
            string[] said = Enumerable.Range(0, 20).Select(n => "Line " + n + ".").ToArray();
            foreach (string line in said)
            {
                Road.Done(await speaks.AskAsync(new Request("perform").With("npc", "mara").With("text", line)));
            }
            await Road.UntilAsync(delegate { lock (lines) { return lines.Where(said.Contains).SequenceEqual(said); } }, "not heard in order");
        }
    }

    private static async Task ClosedAsync(Road road)
    {
        Connection connection = await road.OpenAsync();
        Task<Answer> last = connection.AskAsync(Road.Say("Farewell!"));
        await connection.CloseAsync(TimeSpan.FromSeconds(5));
        Road.Done(await Road.SoonAsync(last, "the last line"));
        Road.That(connection.State == ConnectionState.Closed, "not closed");
        Road.Refused(await connection.AskAsync(new Request("ping")), "lost");
    }

    private static async Task HandlerAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        {
            List<Exception> failed = new List<Exception>();
            connection.Pushed += delegate { throw new InvalidOperationException("a game's mistake"); };
            connection.HandlerFailed += failed.Add;
            Road.Done(await connection.AskAsync(new Request("perform").With("npc", "mara").With("text", "Hm.")));
            await Road.UntilAsync(delegate { return failed.Count > 0; }, "nobody heard of it");
            Road.Done(await connection.AskAsync(new Request("ping")));
        }
    }

    private static async Task GroupAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        {
            Request spawn = new Request("npc.spawn").With("npc", "twin").With("entry", "mara");
            Road.Done(await connection.AskAsync(spawn));
            Request say = new Request("say").With("to", new MsgPackValue[] { "mara", "twin" });
            Answer answer = Road.Done(await connection.AskAsync(say.With("player", "P1").With("text", "Hello, you two!")));
            Road.That(answer.Replies.Count >= 1, "nobody answered");
            Road.That(answer.Replies[answer.Replies.Count - 1]["last"].AsBool(true), "not the last");
        }
    }
}
