using System;
using System.Text;

/// <summary>Bytes as hexadecimal text and back.</summary>
internal static class Hex
{
    public static string Of(byte[] bytes)
    {
        return Of(new ArraySegment<byte>(bytes));
    }

    public static string Of(ArraySegment<byte> bytes)
    {
        StringBuilder text = new StringBuilder(2 * bytes.Count);
        for (int i = 0; i < bytes.Count; i++)
        {
            text.Append(bytes.Array[bytes.Offset + i].ToString("x2"));
        }
        return text.ToString();
    }

    public static byte[] Read(string text)
    {
        byte[] bytes = new byte[text.Length / 2];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = Convert.ToByte(text.Substring(2 * i, 2), 16);
        }
        return bytes;
    }
}
