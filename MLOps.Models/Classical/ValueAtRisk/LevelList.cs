using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>Confidence levels as a hyper-parameter writes them: numbers between 0.5 and 1, with commas between.</summary>
internal static class LevelList
{
    /// <returns>Ascending.</returns>
    /// <exception cref="ModelTrainingException">One is no number in the range, or comes twice.</exception>
    public static double[] Parse(string name, string text)
    {
        var levels = text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var level) ? level : double.NaN).Order().ToArray();
        return Array.TrueForAll(levels, level => level is > 0.5 and < 1) && levels.Distinct().Count() == levels.Length
            ? levels
            : throw new ModelTrainingException($"Hyper-parameters do not fit: '{name}' is '{text}' but must be different confidence levels above 0.5 and below 1 with commas between, for example 0.95,0.99.");
    }
}
