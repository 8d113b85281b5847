using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Search;

/// <summary>One hyper-parameter that a search varies: a range of numbers, or a list of values.</summary>
/// <param name="Type">Of the hyper-parameter.</param>
/// <param name="Low">Least value of a range, inclusive.</param>
/// <param name="High">Largest value of a range, inclusive.</param>
/// <param name="IsLog">Whether a range is searched by its logarithm: a tenth and a half are then as far apart as one and five.</param>
/// <param name="Choices">The values to try; empty: the range.</param>
public sealed record SearchDimension(string Name, HyperParameterType Type, double Low, double High, bool IsLog, IReadOnlyList<string> Choices)
{
    public bool IsRange => Choices.Count == 0;

    /// <summary>A value of the range's scale (its logarithm, where that is searched) as text that the model takes.</summary>
    internal string TextAt(double scaled)
    {
        var value = Math.Clamp(IsLog ? Math.Exp(scaled) : scaled, Low, High);
        return Type == HyperParameterType.WholeNumber
            ? ((long)Math.Clamp(Math.Round(value), Math.Ceiling(Low), Math.Floor(High))).ToString(CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>Where a tried value is on the range's scale.</summary>
    internal double ScaledOf(string text)
    {
        var value = double.Parse(text, CultureInfo.InvariantCulture);
        return IsLog ? Math.Log(value) : value;
    }

    /// <summary>Bounds on the range's scale. A whole number has half a unit on each side, so that its first and last value are as likely as those between.</summary>
    internal (double Low, double High) Scale
    {
        get
        {
            var half = Type == HyperParameterType.WholeNumber ? 0.5 : 0;
            return IsLog ? (Math.Log(Low - (half * Math.Min(1, Low))), Math.Log(High + half)) : (Low - half, High + half);
        }
    }
}
