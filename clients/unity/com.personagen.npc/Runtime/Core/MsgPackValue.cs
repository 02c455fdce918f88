using System;
using System.Collections.Generic;

namespace Personagen.Npc
{
    /// <summary>What a <see cref="MsgPackValue"/> holds.</summary>
    public enum MsgPackKind : byte
    {
        Nil,
        Boolean,
        /// <summary>Fits an Int64.</summary>
        Integer,
        /// <summary>Above Int64.MaxValue.</summary>
        Unsigned,
        Number,
        Text,
        Bytes,
        Array,
        Map,
        /// <summary>No field of the protocol takes one; kept so that it can be skipped and shown.</summary>
        Extension
    }

    /// <summary>
    /// One msgpack value, tree and all. A struct, so that numbers are not boxed. Asking for the wrong
    /// kind gives the fallback and never throws: a newer server may send what this client does not know.
    /// </summary>
    public struct MsgPackValue
    {
        private static readonly MsgPackValue[] NoItems = new MsgPackValue[0];
        private static readonly KeyValuePair<MsgPackValue, MsgPackValue>[] NoPairs =
            new KeyValuePair<MsgPackValue, MsgPackValue>[0];

        private readonly MsgPackKind _kind;
        private readonly long _bits;
        private readonly object _held;

        private MsgPackValue(MsgPackKind kind, long bits, object held)
        {
            _kind = kind;
            _bits = bits;
            _held = held;
        }

        public static readonly MsgPackValue Nil = new MsgPackValue();

        public MsgPackKind Kind { get { return _kind; } }
        public bool IsNil { get { return _kind == MsgPackKind.Nil; } }

        public static MsgPackValue Of(bool value) { return new MsgPackValue(MsgPackKind.Boolean, value ? 1 : 0, null); }
        public static MsgPackValue Of(long value) { return new MsgPackValue(MsgPackKind.Integer, value, null); }

        public static MsgPackValue Of(ulong value)
        {
            MsgPackKind kind = value > long.MaxValue ? MsgPackKind.Unsigned : MsgPackKind.Integer;
            return new MsgPackValue(kind, unchecked((long)value), null);
        }

        public static MsgPackValue Of(double value)
        {
            return new MsgPackValue(MsgPackKind.Number, BitConverter.DoubleToInt64Bits(value), null);
        }

        public static MsgPackValue Of(string value) { return Holding(MsgPackKind.Text, value); }
        public static MsgPackValue Of(byte[] value) { return Holding(MsgPackKind.Bytes, value); }
        public static MsgPackValue Of(MsgPackValue[] value) { return Holding(MsgPackKind.Array, value); }

        public static MsgPackValue Of(KeyValuePair<MsgPackValue, MsgPackValue>[] value)
        {
            return Holding(MsgPackKind.Map, value);
        }

        public static MsgPackValue Extension(sbyte type, byte[] value)
        {
            return new MsgPackValue(MsgPackKind.Extension, type, value ?? new byte[0]);
        }

        public static implicit operator MsgPackValue(bool value) { return Of(value); }
        public static implicit operator MsgPackValue(int value) { return Of((long)value); }
        public static implicit operator MsgPackValue(long value) { return Of(value); }
        public static implicit operator MsgPackValue(double value) { return Of(value); }
        public static implicit operator MsgPackValue(string value) { return Of(value); }
        public static implicit operator MsgPackValue(MsgPackValue[] value) { return Of(value); }

        private static MsgPackValue Holding(MsgPackKind kind, object held)
        {
            return held == null ? Nil : new MsgPackValue(kind, 0, held);
        }

        public bool AsBool(bool fallback = false) { return _kind == MsgPackKind.Boolean ? _bits != 0 : fallback; }
        public long AsLong(long fallback = 0) { return _kind == MsgPackKind.Integer ? _bits : fallback; }

        public ulong AsULong(ulong fallback = 0)
        {
            bool fits = _kind == MsgPackKind.Unsigned || (_kind == MsgPackKind.Integer && _bits >= 0);
            return fits ? unchecked((ulong)_bits) : fallback;
        }

        /// <summary>A number; integers count as numbers too.</summary>
        public double AsDouble(double fallback = 0)
        {
            switch (_kind)
            {
                case MsgPackKind.Number: return BitConverter.Int64BitsToDouble(_bits);
                case MsgPackKind.Integer: return _bits;
                case MsgPackKind.Unsigned: return unchecked((ulong)_bits);
                default: return fallback;
            }
        }

        public string AsText(string fallback = "") { return _kind == MsgPackKind.Text ? (string)_held : fallback; }

        /// <summary>The bytes of Bytes or an Extension, not copied; null for anything else.</summary>
        public byte[] AsBytes()
        {
            return _kind == MsgPackKind.Bytes || _kind == MsgPackKind.Extension ? (byte[])_held : null;
        }

        /// <summary>The type of an Extension.</summary>
        public sbyte ExtensionType { get { return _kind == MsgPackKind.Extension ? (sbyte)_bits : (sbyte)0; } }

        /// <summary>The items of an Array, not copied; empty for anything else.</summary>
        public MsgPackValue[] Items { get { return _kind == MsgPackKind.Array ? (MsgPackValue[])_held : NoItems; } }

        /// <summary>The entries of a Map in the order they came; empty for anything else.</summary>
        public KeyValuePair<MsgPackValue, MsgPackValue>[] Pairs
        {
            get
            {
                return _kind == MsgPackKind.Map ? (KeyValuePair<MsgPackValue, MsgPackValue>[])_held : NoPairs;
            }
        }

        /// <summary>The entry of a Map under a text key, or Nil. Of a key named twice the last counts.</summary>
        public MsgPackValue this[string key]
        {
            get
            {
                KeyValuePair<MsgPackValue, MsgPackValue>[] pairs = Pairs;
                for (int i = pairs.Length - 1; i >= 0; i--)
                {
                    if (pairs[i].Key._kind == MsgPackKind.Text && (string)pairs[i].Key._held == key)
                    {
                        return pairs[i].Value;
                    }
                }
                return Nil;
            }
        }
    }
}
