using System;
using System.Threading;
using System.Threading.Tasks;
using Personagen.Npc;

/// <summary>The way to the real server that a case drives, and what it insists on.</summary>
internal sealed class Road
{
    private readonly Uri _url;
    private readonly string _token;
    private readonly string _world;

    public Road(string url, string token, string world)
    {
        _url = new Uri(url);
        _token = token;
        _world = world;
    }

    public ConnectionOptions Options()
    {
        return new ConnectionOptions { Url = _url, Token = _token, AnswerTimeout = TimeSpan.FromSeconds(40) };
    }

    /// <summary>A connection in a world of the small pack.</summary>
    public async Task<Connection> OpenAsync(ConnectionOptions options = null, Func<ITransport> dial = null)
    {
        Connection connection = new Connection(options ?? Options(), dial);
        Done(await connection.ConnectAsync());
        await EnterAsync(connection);
        return connection;
    }

    public async Task EnterAsync(Connection connection)
    {
        Request open = new Request("world.open").With("name", _world).With("seed", 1);
        Done(await connection.AskAsync(open.With("packs", new MsgPackValue[] { "good" })));
    }

    public static Request Say(string text, string npc = "mara")
    {
        return new Request("say").With("npc", npc).With("player", "P1").With("text", text);
    }

    public static Request Set(string npc, bool locked)
    {
        return new Request("npc.set").With("npc", npc).With("locked", locked);
    }

    /// <summary>How many turns the world has had.</summary>
    public static async Task<long> TurnsAsync(Connection connection)
    {
        return Done(await connection.AskAsync(new Request("ask").With("what", "stats"))).Data["turns"].AsLong(-1);
    }

    public static Answer Done(Answer answer)
    {
        That(answer.Ok, "refused: " + answer.Error);
        return answer;
    }

    public static void Refused(Answer answer, string code)
    {
        That(!answer.Ok && answer.Error.Code == code, "wanted " + code + ", got " + (answer.Ok ? "ok" : answer.Error.ToString()));
    }

    public static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }

    /// <summary>Waits for what another thread will make true.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        for (int i = 0; i < 1000 && !holds(); i++)
        {
            await Task.Delay(10);
        }
        That(holds(), what);
    }

    /// <summary>Fails rather than hang.</summary>
    public static async Task<T> SoonAsync<T>(Task<T> task, string what)
    {
        await Task.WhenAny(task, Task.Delay(10000));
        That(task.IsCompleted, "still waits: " + what);
        return await task;
    }
}
