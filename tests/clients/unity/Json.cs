using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Personagen.Npc;

/// <summary>A decoded value as JSON for the Python side to compare; what JSON lacks is marked with $.</summary>
internal static class Json
{
    public static string Of(MsgPackValue value)
    {
        StringBuilder text = new StringBuilder();
        Put(text, value);
        return text.ToString();
    }

    private static void Put(StringBuilder to, MsgPackValue value)
    {
        switch (value.Kind)
        {
            case MsgPackKind.Nil: to.Append("null"); break;
            case MsgPackKind.Boolean: to.Append(value.AsBool() ? "true" : "false"); break;
            case MsgPackKind.Integer: to.Append(value.AsLong().ToString(CultureInfo.InvariantCulture)); break;
            case MsgPackKind.Unsigned: to.Append(value.AsULong().ToString(CultureInfo.InvariantCulture)); break;
            case MsgPackKind.Number: Number(to, value.AsDouble()); break;
            case MsgPackKind.Text: Quote(to, value.AsText()); break;
            case MsgPackKind.Bytes: to.Append("{\"$bytes\":\"").Append(Hex.Of(value.AsBytes())).Append("\"}"); break;
            case MsgPackKind.Extension: Extension(to, value); break;
            case MsgPackKind.Array: Items(to, value.Items); break;
            default: Pairs(to, value.Pairs); break;
        }
    }

    private static void Number(StringBuilder to, double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        to.Append(text);
        if (text.IndexOfAny(new[] { '.', 'E', 'N', 'I' }) < 0)
        {
            to.Append(".0");
        }
    }

    private static void Extension(StringBuilder to, MsgPackValue value)
    {
        to.Append("{\"$ext\":[").Append(value.ExtensionType).Append(",\"");
        to.Append(Hex.Of(value.AsBytes())).Append("\"]}");
    }

    private static void Items(StringBuilder to, MsgPackValue[] items)
    {
        to.Append('[');
        for (int i = 0; i < items.Length; i++)
        {
            to.Append(i == 0 ? "" : ",");
            Put(to, items[i]);
        }
        to.Append(']');
    }

    private static void Pairs(StringBuilder to, KeyValuePair<MsgPackValue, MsgPackValue>[] pairs)
    {
        to.Append('{');
        for (int i = 0; i < pairs.Length; i++)
        {
            to.Append(i == 0 ? "" : ",");
            Quote(to, pairs[i].Key.AsText());
            to.Append(':');
            Put(to, pairs[i].Value);
        }
        to.Append('}');
    }

    private static void Quote(StringBuilder to, string text)
    {
        to.Append('"');
        foreach (char letter in text)
        {
            if (letter >= ' ' && letter < 0x7f && letter != '"' && letter != '\\')
            {
                to.Append(letter);
            }
            else
            {
                to.Append("\\u").Append(((int)letter).ToString("x4"));
            }
        }
        to.Append('"');
    }
}
