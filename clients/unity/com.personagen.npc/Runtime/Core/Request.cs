using System.Collections.Generic;

namespace Personagen.Npc
{
    /// <summary>A message to the server: <c>new Request("say").With("npc", "mara")</c> and so on.</summary>
    public sealed class Request
    {
        private readonly string _type;
        private readonly List<KeyValuePair<string, MsgPackValue>> _fields =
            new List<KeyValuePair<string, MsgPackValue>>(4);

        public Request(string type)
        {
            _type = type;
        }

        public string Type { get { return _type; } }

        /// <summary>Adds a field; Nil ones are left out, which means the same.</summary>
        public Request With(string name, MsgPackValue value)
        {
            if (!value.IsNil)
            {
                _fields.Add(new KeyValuePair<string, MsgPackValue>(name, value));
            }
            return this;
        }

        /// <summary>A field that was added; Nil when it was not.</summary>
        public MsgPackValue this[string name]
        {
            get
            {
                for (int i = 0; i < _fields.Count; i++)
                {
                    if (_fields[i].Key == name)
                    {
                        return _fields[i].Value;
                    }
                }
                return MsgPackValue.Nil;
            }
        }

        internal void Write(MsgPackWriter writer, long id)
        {
            writer.Reset();
            writer.MapOf(_fields.Count + 2);
            writer.Text("type");
            writer.Text(_type);
            writer.Text("id");
            writer.Integer(id);
            for (int i = 0; i < _fields.Count; i++)
            {
                writer.Text(_fields[i].Key);
                writer.Value(_fields[i].Value);
            }
        }
    }
}
