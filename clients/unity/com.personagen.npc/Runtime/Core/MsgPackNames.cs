using System.Text;

namespace Personagen.Npc
{
    /// <summary>
    /// Field names already seen, so that each is decoded and allocated once and not with every message.
    /// Bounded: a newer name takes the place of an older one. Belongs to one reader, so needs no lock.
    /// </summary>
    internal sealed class MsgPackNames
    {
        private const int Slots = 256; // the protocol has about 200 field names
        private const int Longest = 32; // bytes; what is longer is no field name

        private readonly byte[][] _bytes = new byte[Slots][];
        private readonly string[] _names = new string[Slots];

        /// <summary>The name in these bytes. Throws what the encoding throws.</summary>
        public string Get(byte[] buffer, int at, int length, Encoding utf8)
        {
            if (length > Longest)
            {
                return utf8.GetString(buffer, at, length);
            }
            uint hash = 2166136261; // FNV-1a
            for (int i = 0; i < length; i++)
            {
                hash = unchecked((hash ^ buffer[at + i]) * 16777619);
            }
            int slot = (int)((hash ^ (hash >> 16)) & (Slots - 1));
            if (!Same(_bytes[slot], buffer, at, length))
            {
                string name = utf8.GetString(buffer, at, length);
                byte[] kept = new byte[length];
                System.Buffer.BlockCopy(buffer, at, kept, 0, length);
                _bytes[slot] = kept;
                _names[slot] = name;
            }
            return _names[slot];
        }

        private static bool Same(byte[] kept, byte[] buffer, int at, int length)
        {
            if (kept == null || kept.Length != length)
            {
                return false;
            }
            for (int i = 0; i < length; i++)
            {
                if (kept[i] != buffer[at + i])
                {
                    return false;
                }
            }
            return true;
        }
    }
}
