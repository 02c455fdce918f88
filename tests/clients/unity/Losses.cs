using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Personagen.Npc;

/// <summary>Connections that are lost in the middle: nothing lost, nothing doubled, nobody waits for ever.</summary>
internal static class Losses
{
    public static readonly Dictionary<string, Func<Road, Task>> All = new Dictionary<string, Func<Road, Task>>
    {
        { "cut", CutAsync }, { "killed", KilledAsync }, { "gone", GoneAsync }, { "forgotten", ForgottenAsync }
    };

    /// <summary>Whichever frame is cut off, of the opening ones to the last, each of ten lines is said once.</summary>
    private static async Task CutAsync(Road road)
    {
        long before = 0;
        for (int after = 2; after < 13; after++)
        {
            foreach (bool outward in new[] { true, false })
            {
                int dials = 0;
                Func<ITransport> dial = delegate
                {
                    bool first = dials++ == 0;
                    return new CutTransport(first && outward ? after : -1, first && !outward ? after : -1);
                };
                using (Connection connection = await road.OpenAsync(null, dial))
                {
                    await SayTenAsync(connection);
                    long turns = await Road.TurnsAsync(connection);
                    Road.That(turns == before + 10, "cut after " + after + ": " + (turns - before) + " turns");
                    Road.That(dials == 2, dials + " connections");
                    before = turns;
                    await connection.CloseAsync(TimeSpan.FromSeconds(5));
                }
            }
        }
    }

    /// <summary>The other side kills the server and starts it again when told.</summary>
    private static async Task KilledAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        {
            List<ConnectionState> states = new List<ConnectionState>();
            connection.StateChanged += states.Add;
            Road.Done(await connection.AskAsync(Road.Say("Hello!")));
            string session = connection.Welcome["session"].AsText();
            Tell("kill");
            await Road.UntilAsync(delegate { return connection.State == ConnectionState.Reconnecting; }, "not noticed");
            Task said = SayTenAsync(connection);
            Tell("start");
            await said;
            Road.That(await Road.TurnsAsync(connection) == 11, "lines lost or doubled");
            Road.That(states.Last() == ConnectionState.Open, "not open");
            Console.Out.WriteLine(connection.Welcome["session"].AsText() == session ? "same session" : "another session");
        }
    }

    /// <summary>The server comes back with an empty store: what was sent is lost, the rest goes on.</summary>
    private static async Task ForgottenAsync(Road road)
    {
        using (Connection connection = await road.OpenAsync())
        {
            List<string> pushed = new List<string>();
            connection.Pushed += delegate(MsgPackValue push)
            {
                lock (pushed)
                {
                    pushed.Add(push["reason"].AsText());
                }
            };
            Road.Done(await connection.AskAsync(Road.Set("mara", true)));
            Task<Answer> waits = connection.AskAsync(Road.Say("Are you there?"));
            Road.Done(await connection.AskAsync(new Request("ping")));
            Tell("kill");
            Tell("start");
            Road.Refused(await Road.SoonAsync(waits, "say"), "lost");
            await Road.UntilAsync(delegate { lock (pushed) { return pushed.Contains("restarted"); } }, "no resync");
            await road.EnterAsync(connection);
            Road.Done(await connection.AskAsync(Road.Say("And now?")));
        }
    }

    /// <summary>The server is killed and does not come back.</summary>
    private static async Task GoneAsync(Road road)
    {
        ConnectionOptions options = road.Options();
        options.Patience = TimeSpan.FromSeconds(0.5);
        using (Connection connection = await road.OpenAsync(options))
        {
            Tell("kill");
            Answer answer = await Road.SoonAsync(connection.AskAsync(Road.Say("Hello?")), "say");
            Road.Refused(answer, "lost");
            await Road.UntilAsync(delegate { return connection.State == ConnectionState.Closed; }, "not closed");
        }
    }

    private static async Task SayTenAsync(Connection connection)
    {
        Answer[] said = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => connection.AskAsync(Road.Say("Line " + n + "."))));
        Array.ForEach(said, answer => Road.Done(answer));
        Road.That(said.Select(answer => answer.Message["turn"].AsText()).Distinct().Count() == 10, "turns doubled");
    }

    private static void Tell(string what)
    {
        Console.Out.WriteLine(what);
        Console.Out.Flush();
        Console.In.ReadLine();
    }
}
