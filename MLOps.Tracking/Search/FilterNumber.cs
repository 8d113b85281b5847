using System.Globalization;

namespace MLOps.Tracking.Search;

/// <summary>Numbers of the filter grammar: integers, decimals, exponents, a sign; no infinities and no NaN by name.</summary>
internal static class FilterNumber
{
    public static bool TryParse(string text, out double value)
    {
        value = 0;
        return text.Length > 0
            && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
