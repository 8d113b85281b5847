namespace MLOps.Models.Features.Sentiment;

/// <summary>VADER: sentiment by a lexicon and rules of grammar. Hutto and Gilbert, ICWSM 2014, with the words and rules of that release.</summary>
/// <remarks>A model of social media; for market news prefer the market lexicon: to VADER a profit warning that sends a stock plunging is good news.</remarks>
public static class VaderSentiment
{
    /// <summary>What capitals add to a word in a text that is not all capitals, and what a negation leaves of a valence: the raters' means.</summary>
    private const double Capitals = 0.733;
    private const double Negation = -0.74;

    /// <summary>Sum of valences at which the compound is half-way in squares: VADER's normalisation.</summary>
    private const double Alpha = 15;

    private static readonly SentimentLexicon Lexicon = SentimentLexicon.Vader;

    public static SentimentScore Score(string text)
    {
        var words = SentimentTokenizer.WordsAndEmoticons(text);
        if (words.Count == 0)
        {
            return default;
        }

        var sentence = new VaderSentence(words);
        var valences = Enumerable.Range(0, words.Count).Select(i => Valence(sentence, i)).ToArray();
        WeighAroundBut(sentence, valences);
        return Combine(valences, Emphasis(text));
    }

    private static double Valence(VaderSentence sentence, int i)
    {
        var word = sentence.Lower(i);
        if (ValenceModifiers.IsDegree(word) || (word == "kind" && sentence.Lower(i + 1) == "of") || !Lexicon.Contains(word))
        {
            return 0;
        }

        var valence = Lexicon.Valence(word);
        if (sentence.IsShouted(i))
        {
            valence += Math.Sign(valence) * Capitals;
        }

        for (var distance = 1; distance <= 3; distance++)
        {
            valence = AfterNeighbour(sentence, i, distance, valence);
        }

        return AfterLeast(sentence, i, valence);
    }

    /// <summary>The effect of the word so many places before, unless it has a valence itself.</summary>
    private static double AfterNeighbour(VaderSentence sentence, int i, int distance, double valence)
    {
        if (i < distance || Lexicon.Contains(sentence.Lower(i - distance)))
        {
            return valence;
        }

        valence += Degree(sentence, i - distance, valence) * (distance switch { 1 => 1, 2 => 0.95, _ => 0.9 });
        valence = AfterNegation(sentence, i, distance, valence);
        return distance == 3 ? AfterIdioms(sentence, i, valence) : valence;
    }

    private static double Degree(VaderSentence sentence, int i, double valence)
    {
        var degree = ValenceModifiers.Degree(sentence.Lower(i));
        if (degree == 0)
        {
            return 0;
        }

        degree = valence < 0 ? -degree : degree;
        return sentence.IsShouted(i) ? degree + (valence > 0 ? Capitals : -Capitals) : degree;
    }

    private static double AfterNegation(VaderSentence sentence, int i, int distance, double valence)
    {
        var word = sentence.Lower(i - distance);
        if (distance == 2 && word == "never" && IsSoOrThis(sentence.Lower(i - 1)))
        {
            return valence * 1.5;
        }

        // "So" or "this" right before counts here even without "never", as in every published version.
        if (distance == 3 && ((word == "never" && IsSoOrThis(sentence.Lower(i - 2))) || IsSoOrThis(sentence.Lower(i - 1))))
        {
            return valence * 1.25;
        }

        return ValenceModifiers.IsNegation(word) ? valence * Negation : valence;
    }

    private static bool IsSoOrThis(string word) => word is "so" or "this";

    private static double AfterIdioms(VaderSentence sentence, int i, double valence)
    {
        string[] before = [sentence.Phrase(i - 1, 2), sentence.Phrase(i - 2, 3), sentence.Phrase(i - 2, 2), sentence.Phrase(i - 3, 3), sentence.Phrase(i - 3, 2)];
        string[] after = [sentence.Phrase(i, 2), sentence.Phrase(i, 3)];
        valence = before.Select(ValenceModifiers.Idiom).FirstOrDefault(idiom => idiom is not null) ?? valence;
        valence = after.Select(ValenceModifiers.Idiom).LastOrDefault(idiom => idiom is not null) ?? valence;
        return valence + Math.Min(ValenceModifiers.Degree(before[2]), ValenceModifiers.Degree(before[4]));
    }

    /// <summary>"The least good" is not good; "at least" and "very least" leave it so.</summary>
    private static double AfterLeast(VaderSentence sentence, int i, double valence) =>
        sentence.Lower(i - 1) == "least" && !Lexicon.Contains("least") && sentence.Lower(i - 2) is not ("at" or "very") ? valence * Negation : valence;

    /// <summary>What follows "but" counts more than what comes before it.</summary>
    private static void WeighAroundBut(VaderSentence sentence, double[] valences)
    {
        var but = Enumerable.Range(0, valences.Length).FirstOrDefault(i => sentence.Lower(i) == "but", -1);
        for (var i = 0; i < valences.Length && but >= 0; i++)
        {
            valences[i] *= i < but ? 0.5 : i > but ? 1.5 : 1;
        }
    }

    private static double Emphasis(string text)
    {
        var (exclamations, questions) = (text.Count(letter => letter == '!'), text.Count(letter => letter == '?'));
        return (Math.Min(exclamations, 4) * 0.292) + (questions > 3 ? 0.96 : questions > 1 ? questions * 0.18 : 0);
    }

    private static SentimentScore Combine(double[] valences, double emphasis)
    {
        var sum = valences.Sum();
        sum += Math.Sign(sum) * emphasis;

        // Each word counts 1 beside its valence, as a neutral one does.
        var positive = valences.Where(valence => valence > 0).Sum(valence => valence + 1);
        var negative = valences.Where(valence => valence < 0).Sum(valence => 1 - valence);
        (positive, negative) = positive > negative ? (positive + emphasis, negative) : positive < negative ? (positive, negative + emphasis) : (positive, negative);
        var neutral = valences.Count(valence => valence == 0);
        var total = positive + negative + neutral;
        return new SentimentScore(negative / total, neutral / total, positive / total, Math.Clamp(sum / Math.Sqrt((sum * sum) + Alpha), -1, 1));
    }
}
