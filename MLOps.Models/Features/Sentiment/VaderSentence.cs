namespace MLOps.Models.Features.Sentiment;

/// <summary>The words of a text with what VADER asks of their neighbours.</summary>
internal sealed class VaderSentence
{
    private readonly IReadOnlyList<string> _words;
    private readonly string[] _lower;
    private readonly bool _isMixed;

    public VaderSentence(IReadOnlyList<string> words)
    {
        _words = words;
        _lower = [.. words.Select(word => word.ToLowerInvariant())];
        var shouted = words.Count(IsUpper);
        _isMixed = shouted > 0 && shouted < words.Count;
    }

    /// <summary>A word in lower case; empty where there is none.</summary>
    public string Lower(int i) => i >= 0 && i < _lower.Length ? _lower[i] : "";

    /// <summary>So many words from one on, in lower case; empty where the text has not as many.</summary>
    public string Phrase(int from, int count) => from >= 0 && from + count <= _lower.Length ? string.Join(' ', _lower, from, count) : "";

    /// <summary>Whether a word is in capitals, in a text of which not all words are.</summary>
    public bool IsShouted(int i) => _isMixed && IsUpper(_words[i]);

    private static bool IsUpper(string word) => word.Any(char.IsLetter) && !word.Any(char.IsLower);
}
