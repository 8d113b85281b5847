namespace MLOps.Contracts.Text;

/// <summary>Lengths as MLflow (Python) counts them: in Unicode code points, not in UTF-16 units.</summary>
public static class CodePoints
{
    public static int Count(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                count--;
                i++;
            }
        }

        return count;
    }

    /// <summary>The first <paramref name="max"/> code points; never half a pair.</summary>
    public static string Cut(string text, int max)
    {
        if (text.Length <= max)
        {
            return text;
        }

        var units = 0;
        for (var points = 0; points < max && units < text.Length; points++)
        {
            units += units + 1 < text.Length && char.IsSurrogatePair(text[units], text[units + 1]) ? 2 : 1;
        }

        return units == text.Length ? text : text[..units];
    }
}
