using System.Collections.Frozen;
using System.Globalization;

namespace MLOps.Models.Features.Sentiment;

/// <summary>Words with their valence, in order.</summary>
public sealed class SentimentLexicon
{
    private readonly FrozenDictionary<string, int> _indices;

    private SentimentLexicon(string name, IReadOnlyList<string> words, double[] valences)
    {
        (Name, Words, Valences) = (name, words, valences);
        _indices = words.Index().ToFrozenDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
    }

    /// <summary>AFINN-165 with words of market news: valences −5..5. "plunging" and "warning" are bad news here.</summary>
    public static SentimentLexicon Market { get; } = Read("market");

    /// <summary>VADER's: valences −4..4 of social media, emoticons among them.</summary>
    public static SentimentLexicon Vader { get; } = Read("vader");

    public string Name { get; }

    /// <summary>Words and phrases in lower case.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>One a word.</summary>
    public IReadOnlyList<double> Valences { get; }

    /// <summary>Place of a word (lower case) among <see cref="Words"/>, or −1.</summary>
    public int IndexOf(string word) => _indices.GetValueOrDefault(word, -1);

    public bool Contains(string word) => _indices.ContainsKey(word);

    /// <summary>The word's valence, 0 if it has none.</summary>
    public double Valence(string word) => IndexOf(word) is var index and >= 0 ? Valences[index] : 0;

    /// <summary>A lexicon of one's own.</summary>
    /// <param name="words">Lower case, each once.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or a word stands twice.</exception>
    public static SentimentLexicon Of(string name, IReadOnlyList<string> words, IReadOnlyList<double> valences) => words.Count == valences.Count
        ? new SentimentLexicon(name, words, [.. valences])
        : throw new ArgumentException($"The lexicon '{name}' has {words.Count} words and {valences.Count} valences; give one each.", nameof(valences));

    private static SentimentLexicon Read(string name)
    {
        var rows = LexiconResource.Rows(name);
        return Of(name, [.. rows.Select(row => row[0])], [.. rows.Select(row => double.Parse(row[1], CultureInfo.InvariantCulture))]);
    }
}
