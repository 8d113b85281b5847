namespace MLOps.Inference;

/// <summary>Caller's text as it may appear in a message: cut, without control characters.</summary>
internal static class Quoted
{
    private const int MaxLength = 80;

    public static string Short(string text)
    {
        var cut = text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? '?' : c)) : cut;
    }
}
