using MLOps.Dashboard.Components;

namespace MLOps.Dashboard.Tests.Components;

public sealed class FormatTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.25, "0.25")]
    [InlineData(1234.5678, "1234.57")]
    [InlineData(123456.78, "123,456.8")]
    [InlineData(2.3e-7, "2.3e-7")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.MaxValue, "∞")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Number_AnyValue_IsShortAndHonest(double value, string text) => Assert.Equal(text, Format.Number(value));

    [Theory]
    [InlineData(0.123456, "0.1235")]
    [InlineData(12345.6, "12,346")]
    [InlineData(-5821.37, "-5821")]
    [InlineData(1.23e-5, "1.23e-5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "∞")]
    [InlineData(0, "0")]
    public void Short_AnyValue_HasFourDigits(double value, string text) => Assert.Equal(text, Format.Short(value));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(5L << 30, "5 GiB")]
    public void Bytes_AnySize_HasAUnit(long bytes, string text) => Assert.Equal(text, Format.Bytes(bytes));

    [Theory]
    [InlineData(0.25, "250 ms")]
    [InlineData(71, "1 min 11 s")]
    [InlineData(3 * 3600 + 61, "3 h 1 min")]
    [InlineData(47 * 3600, "47 h 0 min")]
    [InlineData(51 * 3600, "2 d 3 h")]
    [InlineData(7 * 86400, "7 d")]
    public void Duration_Seconds_ReadsWell(double seconds, string text) => Assert.Equal(text, Format.Duration(TimeSpan.FromSeconds(seconds)));
}
