namespace MLOps.Models.Features.Sentiment;

/// <summary>Counts the words of a lexicon in a text: the input of the sentiment model.</summary>
public static class LexiconCounts
{
    /// <summary>What a word counts behind a negation: VADER's raters' mean.</summary>
    public const double Negated = -0.74;

    /// <summary>Words before another that a negation reaches over.</summary>
    public const int Reach = 3;

    /// <summary>Sum of the valences of a text's words, without any rule: AFINN's score.</summary>
    public static double Sum(string text, SentimentLexicon lexicon) => SentimentTokenizer.Words(text).Sum(lexicon.Valence);

    /// <summary>One number a word of the lexicon: how often it occurs, each time as 1, or as −0.74 where a negation is among the three words before it.</summary>
    public static double[] Of(string text, SentimentLexicon lexicon)
    {
        var counts = new double[lexicon.Words.Count];
        foreach (var (word, count) in Occurring(text, lexicon))
        {
            counts[word] = count;
        }

        return counts;
    }

    /// <summary>The same of the words that occur alone, by their place in the lexicon.</summary>
    public static IReadOnlyDictionary<int, double> Occurring(string text, SentimentLexicon lexicon)
    {
        var counts = new SortedDictionary<int, double>();
        string[] words = [.. SentimentTokenizer.WordsAndEmoticons(text).Select(word => word.ToLowerInvariant())];
        for (var i = 0; i < words.Length; i++)
        {
            var count = words[Math.Max(0, i - Reach)..i].Any(IsNegation) ? Negated : 1;

            // Words that hang together by other signs than a hyphen, as in "profit/loss", count each by itself.
            foreach (var part in lexicon.Contains(words[i]) ? [words[i]] : SentimentTokenizer.Words(words[i]))
            {
                if (lexicon.IndexOf(part) is var index and >= 0)
                {
                    counts[index] = counts.GetValueOrDefault(index) + count;
                }
            }
        }

        return counts;
    }

    private static bool IsNegation(string word) => word == "no" || ValenceModifiers.IsNegation(word);
}
