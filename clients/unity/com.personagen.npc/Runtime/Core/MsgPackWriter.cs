using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;

namespace Personagen.Npc
{
    /// <summary>
    /// Writes msgpack into one pooled buffer that is used again and again: <see cref="Reset"/>, write,
    /// <see cref="Written"/>. Integers and lengths take their shortest form, numbers are float64, as the
    /// protocol's canonical form says. Not safe for several threads at once.
    /// </summary>
    public sealed class MsgPackWriter : IDisposable
    {
        private const int FirstSize = 1024; // a whole usual message
        private const int HeaderSize = 6; // the longest header: ext 32

        // A lone surrogate that a player typed becomes U+FFFD rather than an exception.
        private static readonly Encoding Utf8 = new UTF8Encoding(false, false);

        private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
        private int _at;

        /// <summary>What was written since <see cref="Reset"/>; valid until the next write.</summary>
        public ArraySegment<byte> Written { get { return new ArraySegment<byte>(_buffer, 0, _at); } }

        public void Reset() { _at = 0; }

        /// <summary>Gives the buffer back. Writing afterwards begins with a new one.</summary>
        public void Dispose()
        {
            byte[] buffer = _buffer;
            _buffer = new byte[0];
            _at = 0;
            if (buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        public void Nil() { One(0xc0); }
        public void Boolean(bool value) { One(value ? (byte)0xc3 : (byte)0xc2); }

        public void Integer(long value)
        {
            if (value >= 0)
            {
                Unsigned((ulong)value);
                return;
            }
            Room(9);
            if (value >= -32)
            {
                _buffer[_at++] = unchecked((byte)value);
            }
            else if (value >= sbyte.MinValue)
            {
                Tagged(0xd0, unchecked((ulong)value), 1);
            }
            else if (value >= short.MinValue)
            {
                Tagged(0xd1, unchecked((ulong)value), 2);
            }
            else if (value >= int.MinValue)
            {
                Tagged(0xd2, unchecked((ulong)value), 4);
            }
            else
            {
                Tagged(0xd3, unchecked((ulong)value), 8);
            }
        }

        public void Unsigned(ulong value)
        {
            Room(9);
            if (value < 0x80)
            {
                _buffer[_at++] = (byte)value;
            }
            else if (value <= byte.MaxValue)
            {
                Tagged(0xcc, value, 1);
            }
            else if (value <= ushort.MaxValue)
            {
                Tagged(0xcd, value, 2);
            }
            else if (value <= uint.MaxValue)
            {
                Tagged(0xce, value, 4);
            }
            else
            {
                Tagged(0xcf, value, 8);
            }
        }

        public void Number(double value)
        {
            Room(9);
            Tagged(0xcb, unchecked((ulong)BitConverter.DoubleToInt64Bits(value)), 8);
        }

        public void Text(string value)
        {
            if (value == null)
            {
                Nil();
                return;
            }
            if (value.Length < 32 && ShortAscii(value))
            {
                return;
            }
            int length = Utf8.GetByteCount(value);
            Room(length + HeaderSize);
            TextHeader(length);
            _at += Utf8.GetBytes(value, 0, value.Length, _buffer, _at);
        }

        public void Bytes(byte[] value)
        {
            if (value == null)
            {
                Nil();
                return;
            }
            Bytes(new ArraySegment<byte>(value));
        }

        public void Bytes(ArraySegment<byte> value)
        {
            Room(value.Count + HeaderSize);
            Sized(0xc4, 0xc5, 0xc6, value.Count);
            Raw(value.Array, value.Offset, value.Count);
        }

        public void Extension(sbyte type, byte[] value)
        {
            Room(value.Length + HeaderSize);
            switch (value.Length)
            {
                case 1: _buffer[_at++] = 0xd4; break;
                case 2: _buffer[_at++] = 0xd5; break;
                case 4: _buffer[_at++] = 0xd6; break;
                case 8: _buffer[_at++] = 0xd7; break;
                case 16: _buffer[_at++] = 0xd8; break;
                default: Sized(0xc7, 0xc8, 0xc9, value.Length); break;
            }
            _buffer[_at++] = unchecked((byte)type);
            Raw(value, 0, value.Length);
        }

        /// <summary>An array begins; that many values must follow.</summary>
        public void ArrayOf(int count) { Container(0x90, 0xdc, count); }

        /// <summary>A map begins; that many keys, each with its value, must follow.</summary>
        public void MapOf(int count) { Container(0x80, 0xde, count); }

        /// <summary>A value with all that is in it. Throws MsgPackException beyond the depth.</summary>
        public void Value(MsgPackValue value, int depth = MsgPackReader.DefaultDepth)
        {
            switch (value.Kind)
            {
                case MsgPackKind.Nil: Nil(); break;
                case MsgPackKind.Boolean: Boolean(value.AsBool()); break;
                case MsgPackKind.Integer: Integer(value.AsLong()); break;
                case MsgPackKind.Unsigned: Unsigned(value.AsULong()); break;
                case MsgPackKind.Number: Number(value.AsDouble()); break;
                case MsgPackKind.Text: Text(value.AsText()); break;
                case MsgPackKind.Bytes: Bytes(value.AsBytes()); break;
                case MsgPackKind.Extension: Extension(value.ExtensionType, value.AsBytes()); break;
                default: Nested(value, depth); break;
            }
        }

        private void Nested(MsgPackValue value, int depth)
        {
            if (depth <= 0)
            {
                throw new MsgPackException("nested too deep");
            }
            if (value.Kind == MsgPackKind.Array)
            {
                MsgPackValue[] items = value.Items;
                ArrayOf(items.Length);
                for (int i = 0; i < items.Length; i++)
                {
                    Value(items[i], depth - 1);
                }
                return;
            }
            KeyValuePair<MsgPackValue, MsgPackValue>[] pairs = value.Pairs;
            MapOf(pairs.Length);
            for (int i = 0; i < pairs.Length; i++)
            {
                Value(pairs[i].Key, depth - 1);
                Value(pairs[i].Value, depth - 1);
            }
        }

        /// <summary>The usual case, names and ids, without asking the encoding. False: nothing was written.</summary>
        private bool ShortAscii(string value)
        {
            int length = value.Length;
            Room(length + 1);
            byte[] buffer = _buffer;
            int at = _at + 1;
            for (int i = 0; i < length; i++)
            {
                char letter = value[i];
                if (letter >= 0x80)
                {
                    return false;
                }
                buffer[at + i] = (byte)letter;
            }
            buffer[_at] = (byte)(0xa0 | length);
            _at = at + length;
            return true;
        }

        private void TextHeader(int length)
        {
            if (length < 32)
            {
                _buffer[_at++] = (byte)(0xa0 | length);
            }
            else
            {
                Sized(0xd9, 0xda, 0xdb, length);
            }
        }

        private void Container(byte small, byte tag16, int count)
        {
            if (count < 0)
            {
                throw new ArgumentOutOfRangeException("count");
            }
            Room(HeaderSize);
            if (count < 16)
            {
                _buffer[_at++] = (byte)(small | count);
            }
            else if (count <= ushort.MaxValue)
            {
                Tagged(tag16, (ulong)count, 2);
            }
            else
            {
                Tagged((byte)(tag16 + 1), (ulong)count, 4);
            }
        }

        private void Sized(byte tag8, byte tag16, byte tag32, int length)
        {
            if (length <= byte.MaxValue)
            {
                Tagged(tag8, (ulong)length, 1);
            }
            else if (length <= ushort.MaxValue)
            {
                Tagged(tag16, (ulong)length, 2);
            }
            else
            {
                Tagged(tag32, (ulong)length, 4);
            }
        }

        private void One(byte tag)
        {
            Room(1);
            _buffer[_at++] = tag;
        }

        private void Tagged(byte tag, ulong bits, int size)
        {
            _buffer[_at++] = tag;
            for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
            {
                _buffer[_at++] = unchecked((byte)(bits >> shift));
            }
        }

        private void Raw(byte[] from, int offset, int count)
        {
            if (count > 0)
            {
                Buffer.BlockCopy(from, offset, _buffer, _at, count);
                _at += count;
            }
        }

        private void Room(int more)
        {
            if (_buffer.Length - _at < more)
            {
                Grow(more);
            }
        }

        private void Grow(int more)
        {
            int size = checked(Math.Max(_at + more, Math.Max(FirstSize, _buffer.Length * 2)));
            byte[] bigger = ArrayPool<byte>.Shared.Rent(size);
            Buffer.BlockCopy(_buffer, 0, bigger, 0, _at);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }
            _buffer = bigger;
        }
    }
}
