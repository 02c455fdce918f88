using System;
using System.Collections.Generic;
using System.Text;

namespace Personagen.Npc
{
    /// <summary>
    /// Reads msgpack values out of a frame. Every length is checked against what is really there before
    /// anything is allocated for it, and nesting is bounded, so that no frame can cost more than its size.
    /// Any lawful encoding is taken. Not safe for several threads at once.
    /// </summary>
    public sealed class MsgPackReader
    {
        /// <summary>Levels of nesting that are taken; the protocol itself stays at 16.</summary>
        public const int DefaultDepth = 32;

        private static readonly Encoding Utf8 = new UTF8Encoding(false, true);
        private static readonly byte[] NoBytes = new byte[0];

        private readonly MsgPackNames _names = new MsgPackNames();
        private readonly int _depth;
        private byte[] _buffer = NoBytes;
        private int _at;
        private int _end;

        public MsgPackReader(int depth = DefaultDepth)
        {
            _depth = depth;
        }

        /// <summary>The one value that a frame holds. Throws MsgPackException for anything else.</summary>
        public MsgPackValue Frame(ArraySegment<byte> frame)
        {
            _buffer = frame.Array ?? NoBytes;
            _at = frame.Offset;
            _end = frame.Offset + frame.Count;
            try
            {
                MsgPackValue value = Value(_depth);
                if (_at != _end)
                {
                    throw new MsgPackException((_end - _at) + " bytes after the value");
                }
                return value;
            }
            finally
            {
                _buffer = NoBytes; // the frame's buffer is not ours to keep
            }
        }

        private MsgPackValue Value(int depth)
        {
            byte tag = Take();
            if (tag < 0x80)
            {
                return MsgPackValue.Of((long)tag);
            }
            if (tag < 0x90)
            {
                return Map(tag & 0x0f, depth);
            }
            if (tag < 0xa0)
            {
                return Items(tag & 0x0f, depth);
            }
            if (tag < 0xc0)
            {
                return MsgPackValue.Of(Text(tag & 0x1f));
            }
            if (tag >= 0xe0)
            {
                return MsgPackValue.Of((long)unchecked((sbyte)tag));
            }
            return tag < 0xca ? Blob(tag) : tag < 0xd4 ? Figure(tag) : Long(tag, depth);
        }

        /// <summary>0xc0 to 0xc9: nil, booleans, bytes, long extensions.</summary>
        private MsgPackValue Blob(byte tag)
        {
            switch (tag)
            {
                case 0xc0: return MsgPackValue.Nil;
                case 0xc2: return MsgPackValue.Of(false);
                case 0xc3: return MsgPackValue.Of(true);
                case 0xc4: return MsgPackValue.Of(Copy(Length(1)));
                case 0xc5: return MsgPackValue.Of(Copy(Length(2)));
                case 0xc6: return MsgPackValue.Of(Copy(Length(4)));
                case 0xc7: return Extension(Length(1));
                case 0xc8: return Extension(Length(2));
                case 0xc9: return Extension(Length(4));
                default: throw new MsgPackException("0xc1 begins no value");
            }
        }

        /// <summary>0xca to 0xd3: numbers and integers that did not fit the tag.</summary>
        private MsgPackValue Figure(byte tag)
        {
            switch (tag)
            {
                case 0xca: return MsgPackValue.Of(Float32.Widen((uint)Bits(4)));
                case 0xcb: return MsgPackValue.Of(BitConverter.Int64BitsToDouble(unchecked((long)Bits(8))));
                case 0xcc: return MsgPackValue.Of(Bits(1));
                case 0xcd: return MsgPackValue.Of(Bits(2));
                case 0xce: return MsgPackValue.Of(Bits(4));
                case 0xcf: return MsgPackValue.Of(Bits(8));
                case 0xd0: return MsgPackValue.Of((long)unchecked((sbyte)Bits(1)));
                case 0xd1: return MsgPackValue.Of((long)unchecked((short)Bits(2)));
                case 0xd2: return MsgPackValue.Of((long)unchecked((int)Bits(4)));
                default: return MsgPackValue.Of(unchecked((long)Bits(8)));
            }
        }

        /// <summary>0xd4 to 0xdf: fixed extensions, and text, arrays and maps with a length of their own.</summary>
        private MsgPackValue Long(byte tag, int depth)
        {
            switch (tag)
            {
                case 0xd9: return MsgPackValue.Of(Text(Length(1)));
                case 0xda: return MsgPackValue.Of(Text(Length(2)));
                case 0xdb: return MsgPackValue.Of(Text(Length(4)));
                case 0xdc: return Items(Length(2), depth);
                case 0xdd: return Items(Length(4), depth);
                case 0xde: return Map(Length(2), depth);
                case 0xdf: return Map(Length(4), depth);
                default: return Extension(1 << (tag - 0xd4));
            }
        }

        private MsgPackValue Items(int count, int depth)
        {
            Enter(count, depth);
            MsgPackValue[] items = new MsgPackValue[count];
            for (int i = 0; i < count; i++)
            {
                items[i] = Value(depth - 1);
            }
            return MsgPackValue.Of(items);
        }

        private MsgPackValue Map(int count, int depth)
        {
            Enter(count <= int.MaxValue / 2 ? 2 * count : int.MaxValue, depth);
            KeyValuePair<MsgPackValue, MsgPackValue>[] pairs = new KeyValuePair<MsgPackValue, MsgPackValue>[count];
            for (int i = 0; i < count; i++)
            {
                MsgPackValue key = Key(depth - 1);
                pairs[i] = new KeyValuePair<MsgPackValue, MsgPackValue>(key, Value(depth - 1));
            }
            return MsgPackValue.Of(pairs);
        }

        private MsgPackValue Key(int depth)
        {
            byte tag = _at < _end ? _buffer[_at] : (byte)0;
            if (tag < 0xa0 || tag >= 0xc0)
            {
                return Value(depth);
            }
            _at++;
            int length = tag & 0x1f;
            Need(length);
            int from = _at;
            _at += length;
            return MsgPackValue.Of(Name(from, length));
        }

        private string Name(int from, int length)
        {
            try
            {
                return _names.Get(_buffer, from, length, Utf8);
            }
            catch (DecoderFallbackException wrong)
            {
                throw new MsgPackException("text that is not UTF-8", wrong);
            }
        }

        private string Text(int length)
        {
            Need(length);
            int from = _at;
            _at += length;
            if (length == 0)
            {
                return "";
            }
            try
            {
                return Utf8.GetString(_buffer, from, length);
            }
            catch (DecoderFallbackException wrong)
            {
                throw new MsgPackException("text that is not UTF-8", wrong);
            }
        }

        private MsgPackValue Extension(int length)
        {
            sbyte type = unchecked((sbyte)Take());
            return MsgPackValue.Extension(type, Copy(length));
        }

        private byte[] Copy(int length)
        {
            Need(length);
            byte[] copy = new byte[length];
            Buffer.BlockCopy(_buffer, _at, copy, 0, length);
            _at += length;
            return copy;
        }

        /// <summary>One level down. Each entry takes a byte at least: a count beyond the rest is a lie.</summary>
        private void Enter(int atLeast, int depth)
        {
            if (depth <= 0)
            {
                throw new MsgPackException("nested too deep");
            }
            Need(atLeast);
        }

        private int Length(int size)
        {
            ulong length = Bits(size);
            if (length > int.MaxValue)
            {
                throw Cut();
            }
            return (int)length;
        }

        private ulong Bits(int size)
        {
            Need(size);
            ulong bits = 0;
            for (int i = 0; i < size; i++)
            {
                bits = (bits << 8) | _buffer[_at++];
            }
            return bits;
        }

        private byte Take()
        {
            if (_at >= _end)
            {
                throw Cut();
            }
            return _buffer[_at++];
        }

        private void Need(int more)
        {
            if (_end - _at < more)
            {
                throw Cut();
            }
        }

        private static MsgPackException Cut()
        {
            return new MsgPackException("the frame ends inside a value");
        }
    }
}
