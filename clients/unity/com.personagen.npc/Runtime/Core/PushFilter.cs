using System;
using System.Collections.Generic;
using System.Text;

namespace Personagen.Npc
{
    /// <summary>Lets each pushed message through once: a resume sends the last step seen again, whole.</summary>
    internal sealed class PushFilter
    {
        private readonly HashSet<string> _atSeq = new HashSet<string>(StringComparer.Ordinal);
        private long _seq;

        /// <summary>Another world or session: its numbers have nothing to do with those before.</summary>
        public void Forget()
        {
            _seq = 0;
            _atSeq.Clear();
        }

        public bool IsNew(MsgPackValue push)
        {
            long seq = push["seq"].AsLong();
            if (seq < _seq)
            {
                return false;
            }
            if (seq > _seq)
            {
                _seq = seq;
                _atSeq.Clear();
            }
            return seq == 0 || _atSeq.Add(KeyOf(push));
        }

        private static string KeyOf(MsgPackValue push)
        {
            StringBuilder key = new StringBuilder(push["type"].AsText());
            key.Append(' ').Append(push["turn"].AsText()).Append(' ').Append(push["what"].AsText());
            key.Append(' ').Append(push["id"].AsText());
            foreach (KeyValuePair<MsgPackValue, MsgPackValue> field in push["fields"].Pairs)
            {
                key.Append(' ').Append(field.Key.AsText());
            }
            return key.ToString();
        }
    }
}
