using System;
using System.Diagnostics;
using System.Globalization;
using Personagen.Npc;

/// <summary>What the runner does with the codec: frames from standard input, and the cost of one.</summary>
internal static class Codec
{
    private const int Rounds = 200000; // per measure, after as many to warm up
    private const int Batches = 7; // the median of them counts

    /// <summary>For each line of hexadecimal: the bytes written again and the value, or what is wrong.</summary>
    public static int Decode()
    {
        MsgPackReader reader = new MsgPackReader();
        using (MsgPackWriter writer = new MsgPackWriter())
        {
            string line;
            while ((line = Console.In.ReadLine()) != null)
            {
                Console.Out.WriteLine(Again(reader, writer, Hex.Read(line)));
            }
        }
        return 0;
    }

    private static string Again(MsgPackReader reader, MsgPackWriter writer, byte[] frame)
    {
        try
        {
            MsgPackValue value = reader.Frame(new ArraySegment<byte>(frame));
            writer.Reset();
            writer.Value(value);
            return "ok " + Hex.Of(writer.Written) + " " + Json.Of(value);
        }
        catch (MsgPackException wrong)
        {
            return "error " + wrong.Message;
        }
    }

    /// <summary>Microseconds to read and to write the frame on the first line, and bytes allocated.</summary>
    public static int Bench()
    {
        ArraySegment<byte> frame = new ArraySegment<byte>(Hex.Read(Console.In.ReadLine()));
        MsgPackReader reader = new MsgPackReader();
        MsgPackValue value = reader.Frame(frame);
        using (MsgPackWriter writer = new MsgPackWriter())
        {
            double read = Measure(delegate { reader.Frame(frame); });
            double write = Measure(delegate { writer.Reset(); writer.Value(value); });
            Console.Out.WriteLine(string.Format(CultureInfo.InvariantCulture,
                "{{\"bytes\":{0},\"read_us\":{1:0.000},\"write_us\":{2:0.000}}}", frame.Count, read, write));
        }
        return 0;
    }

    private static double Measure(Action once)
    {
        double[] batches = new double[Batches];
        for (int batch = 0; batch < Batches; batch++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            for (int i = 0; i < Rounds; i++)
            {
                once();
            }
            batches[batch] = watch.Elapsed.TotalMilliseconds * 1000 / Rounds;
        }
        Array.Sort(batches);
        return batches[Batches / 2];
    }
}
