using System.Globalization;
using System.Text;
using CsCheck;
using MLOps.Inference.Codecs;

namespace MLOps.Inference.Tests.Codecs;

/// <summary>The fast way must give what the framework's correctly rounding parser gives, or nothing.</summary>
public sealed class PlainDecimalTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0.0", -0.0)]
    [InlineData("12345678", 12345678)]
    [InlineData("0.12345678", 0.12345678)]
    [InlineData("-123.4567890123456", -123.4567890123456)]
    [InlineData("9007199254740992", 9007199254740992)]
    [InlineData("0.0009765625", 0.0009765625)]
    public void TryRead_PlainDecimals_AreTaken(string text, double expected)
    {
        foreach (var after in ",]")
        {
            Assert.True(PlainDecimal.TryRead(Encoding.ASCII.GetBytes(text + after), 0, single: false, out var value, out var end), text);
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(value));
            Assert.Equal(text.Length, end);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData("1.,")]
    [InlineData(".5,")]
    [InlineData("01,")]
    [InlineData("1e3,")]
    [InlineData("1.5 ,")]
    [InlineData("+1,")]
    [InlineData("NaN,")]
    [InlineData("1.1234567x,")]
    [InlineData("12345678901234567890,")]
    [InlineData("0.12345678901234567890,")]
    [InlineData("18446744073709551617,")]
    public void TryRead_AnythingElse_IsLeftAlone(string text) =>
        Assert.False(PlainDecimal.TryRead(Encoding.ASCII.GetBytes(text), 0, single: true, out _, out _), text);

    [Fact]
    public void TryRead_AnyDigits_RoundsAsTheFrameworkOrDeclines()
    {
        var digits = Gen.String[Gen.Char['0', '9'], 1, 20];
        Gen.Select(Gen.Bool, digits, digits).Sample((negative, whole, fraction) =>
        {
            whole = whole.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0";
            Check((negative ? "-" : string.Empty) + whole + "." + fraction);
        });
    }

    [Fact]
    public void TryRead_FloatsWrittenAsDoubles_AreTheFloats()
    {
        // As numpy's tolist and json.dumps write a float32.
        var seen = 0;
        Gen.Float[1e-2f, 1e6f].Sample(
            value =>
            {
                var text = ((double)value).ToString("R", CultureInfo.InvariantCulture);
                if (PlainDecimal.TryRead(Encoding.ASCII.GetBytes(text + ","), 0, single: true, out var read, out _))
                {
                    Assert.Equal(value, (float)read);
                    Interlocked.Increment(ref seen);
                }
            },
            iter: 2000);
        Assert.True(seen > 1500, $"Only {seen} of 2,000 were taken.");
    }

    [Fact]
    public void TryRead_NextToTheMiddleOfTwoFloats_RoundsAsTheFrameworkOrDeclines()
    {
        Gen.Select(Gen.Float[0.01f, 1000f], Gen.Int[-40, 40]).Sample((value, step) =>
        {
            var middle = ((double)value + MathF.BitIncrement(value)) / 2;
            var near = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(middle) + step);
            Check(near.ToString("F17", CultureInfo.InvariantCulture)[..19].TrimEnd('.'));
            Check(near.ToString("R", CultureInfo.InvariantCulture));
        });
    }

    private static void Check(string text)
    {
        var json = Encoding.ASCII.GetBytes(text + "]");
        var expected = double.Parse(text, CultureInfo.InvariantCulture);
        if (PlainDecimal.TryRead(json, 0, single: false, out var value, out _))
        {
            Assert.Equal(expected, value);
        }

        if (PlainDecimal.TryRead(json, 0, single: true, out value, out _))
        {
            Assert.Equal((float)expected, (float)value);
        }
    }
}
