using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace MLOps.Inference.Codecs;

/// <summary>Numbers as programs write most of them: digits, perhaps with a sign and a fraction, no exponent. What it takes it rounds as
/// IEEE 754 says; what it cannot be sure of it leaves to <see cref="JsonTensorScanner"/>.</summary>
internal static class PlainDecimal
{
    /// <summary>Whole numbers up to here, and powers of ten up to <see cref="MaxExactPower"/>, are exact doubles: one multiplication or division of such two rounds correctly (Clinger 1990).</summary>
    public const ulong MaxExactMantissa = 1UL << 53;

    public const int MaxExactPower = 22;

    // 10^19 - 1 is below 2^64.
    private const int MaxDigits = 19;

    /// <summary>The bits of a double that a float has not, and the pattern halfway between two floats.</summary>
    private const ulong BelowSingle = (1UL << 29) - 1;
    private const ulong Halfway = 1UL << 28;
    private const ulong Doubt = 4;

    /// <summary>10^0 to 10^<see cref="MaxExactPower"/>.</summary>
    public static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <param name="single">Whether the value is only for a float: <paramref name="value"/> then is near enough to be rounded to the float that the correctly rounded double would give.</param>
    /// <param name="end">Index of the comma or bracket after it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> json, int start, bool single, out double value, out int end)
    {
        value = 0;
        end = start;
        var at = start;
        var negative = at < json.Length && json[at] == '-';
        if (negative)
        {
            at++;
        }

        var first = at;
        var mantissa = 0UL;
        uint digit;
        while (at < json.Length && (digit = json[at] - (uint)'0') <= 9)
        {
            mantissa = (mantissa * 10) + digit;
            at++;
        }

        var digits = at - first;
        if (digits == 0 || (digits > 1 && json[first] == '0') || at >= json.Length)
        {
            return false;
        }

        var decimals = 0;
        if (json[at] == '.')
        {
            var point = ++at;
            while (at + sizeof(ulong) <= json.Length && BinaryPrimitives.ReadUInt64LittleEndian(json[at..]) is var eight && IsDigits(eight))
            {
                mantissa = (mantissa * 100_000_000) + EightDigits(eight);
                at += sizeof(ulong);
            }

            while (at < json.Length && (digit = json[at] - (uint)'0') <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                at++;
            }

            decimals = at - point;
            if (decimals == 0)
            {
                return false;
            }
        }

        // More digits have overflowed the mantissa; a zero before the point is none.
        if ((json[first] == '0' ? 0 : digits) + decimals > MaxDigits || at >= json.Length || json[at] is not ((byte)',' or (byte)']'))
        {
            return false;
        }

        // Both exact: rounded correctly. Else each of the two roundings is off by half a unit of the last
        // place, which matters to a float only where the double is next to the middle between two of them.
        value = mantissa / PowersOfTen[decimals];
        if (mantissa > MaxExactMantissa)
        {
            var below = BitConverter.DoubleToUInt64Bits(value) & BelowSingle;
            if (!single || below - (Halfway - Doubt) <= 2 * Doubt)
            {
                return false;
            }
        }

        value = negative ? -value : value;
        end = at;
        return true;
    }

    /// <summary>Whether all eight bytes are '0' to '9': the high halves are 3, and stay so when 6 is added.</summary>
    private static bool IsDigits(ulong eight) =>
        ((eight & 0xF0F0F0F0F0F0F0F0) | (((eight + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) >> 4)) == 0x3333333333333333;

    /// <summary>The number that eight digits write, the first one in the lowest byte: pairs, then fours, then all.</summary>
    private static ulong EightDigits(ulong eight)
    {
        eight = ((eight & 0x0F0F0F0F0F0F0F0F) * (1 + (10 << 8))) >> 8;
        eight = ((eight & 0x00FF00FF00FF00FF) * (1 + (100 << 16))) >> 16;
        return ((eight & 0x0000FFFF0000FFFF) * (1 + (10_000UL << 32))) >> 32;
    }
}
