using System.Collections;
using System.Globalization;

namespace MLOps.Client.Runs;

/// <summary>A parameter's text, the same on every machine.</summary>
internal static class ParamText
{
    public static string Of(object? value) => value switch
    {
        null => "",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Of))}]",
        _ => value.ToString() ?? "",
    };
}
