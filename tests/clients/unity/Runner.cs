using System;
using System.Threading.Tasks;

/// <summary>Console program that drives the Core of the Unity package for tests/clients/test_unity*.py.</summary>
internal static class Runner
{
    private const string Usage = "decode | bench | CASE URL TOKEN WORLD";

    public static int Main(string[] arguments)
    {
        if (arguments.Length == 4)
        {
            return Case(arguments[0], new Road(arguments[1], arguments[2], arguments[3]));
        }
        switch (arguments.Length == 0 ? "" : arguments[0])
        {
            case "decode": return Codec.Decode();
            case "bench": return Codec.Bench();
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    private static int Case(string name, Road road)
    {
        Func<Road, Task> run = Cases.All.ContainsKey(name) ? Cases.All[name] : Losses.All[name];
        try
        {
            Task.Run(delegate { return run(road); }).GetAwaiter().GetResult();
            Console.Out.WriteLine("held");
            return 0;
        }
        catch (InvalidOperationException wrong)
        {
            Console.Error.WriteLine(wrong);
            return 1;
        }
    }
}
