using System.Runtime.InteropServices;

namespace Personagen.Npc
{
    /// <summary>The bits of a float32 as a number, without unsafe code and without an array for each.</summary>
    [StructLayout(LayoutKind.Explicit)]
    internal struct Float32
    {
        [FieldOffset(0)] private readonly float _number;
        [FieldOffset(0)] private readonly uint _bits;

        private Float32(uint bits) : this()
        {
            _bits = bits;
        }

        public static double Widen(uint bits)
        {
            return new Float32(bits)._number;
        }
    }
}
