using System.Collections.Frozen;
using System.Globalization;

namespace MLOps.Models.Features.Sentiment;

/// <summary>Words that change the valence of those behind them, and idioms whose valence is not that of their words.</summary>
internal static class ValenceModifiers
{
    /// <summary>What an intensifier adds to the strength of the word behind it; a dampener takes as much. Mean of the raters in the VADER paper.</summary>
    private const double Step = 0.293;

    private static readonly FrozenDictionary<string, double> Degrees = Of("intensifier", _ => Step)
        .Concat(Of("dampener", _ => -Step))
        .ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Negations = Of("negation", _ => 0).Select(entry => entry.Key).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, double> Idioms = Of("idiom", row => double.Parse(row[2], CultureInfo.InvariantCulture)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Change of strength by a word or pair in lower case; 0: none.</summary>
    public static double Degree(string words) => Degrees.GetValueOrDefault(words);

    public static bool IsDegree(string words) => Degrees.ContainsKey(words);

    public static bool IsNegation(string word) => Negations.Contains(word) || word.Contains("n't", StringComparison.Ordinal);

    public static double? Idiom(string words) => Idioms.TryGetValue(words, out var valence) ? valence : null;

    private static IEnumerable<KeyValuePair<string, double>> Of(string kind, Func<string[], double> value) => LexiconResource.Rows("modifiers")
        .Where(row => row[1] == kind)
        .Select(row => KeyValuePair.Create(row[0], value(row)));
}
