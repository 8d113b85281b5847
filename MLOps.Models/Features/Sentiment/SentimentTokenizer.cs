namespace MLOps.Models.Features.Sentiment;

/// <summary>Cuts a text into words.</summary>
public static class SentimentTokenizer
{
    private static readonly char[] Punctuation = [.. "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"];

    /// <summary>Words of the market lexicon: lower case, letters a to z and hyphens, all else between words.</summary>
    /// <remarks>As the reference of that lexicon has it, an apostrophe parts a word: "don't" is "don" and "t", and no word of the list.</remarks>
    public static IReadOnlyList<string> Words(string text)
    {
        var letters = text.ToLowerInvariant().Select(letter => letter is (>= 'a' and <= 'z') or '-' ? letter : ' ');
        return string.Concat(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Words and emoticons as VADER takes them: parted by white space, punctuation off their ends where two characters or more remain, single characters left out; case kept.</summary>
    public static IReadOnlyList<string> WordsAndEmoticons(string text) =>
        [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(token => token.Length > 1).Select(Bare)];

    private static string Bare(string token)
    {
        var bare = token.Trim(Punctuation);
        return bare.Length > 1 ? bare : token;
    }
}
