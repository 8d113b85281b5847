using System.Globalization;
using System.Text.RegularExpressions;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Housekeeping;

/// <summary>An age in the form of <c>mlflow gc --older-than</c>: <c>1d2h3m4s</c>, each part left out or given, in this order.</summary>
internal static partial class Age
{
    /// <exception cref="MLOpsException">InvalidArgument: another form, or more than a thousand years.</exception>
    public static TimeSpan Parse(string text)
    {
        var match = Form().Match(text);
        if (text.Length > 0 && match.Success)
        {
            double Part(string name) => match.Groups[name] is { Success: true } part ? double.Parse(part.Value, CultureInfo.InvariantCulture) : 0;
            var seconds = (Part("d") * 86_400) + (Part("h") * 3600) + (Part("m") * 60) + Part("s");
            if (seconds <= MaxSeconds)
            {
                return TimeSpan.FromSeconds(seconds);
            }
        }

        throw new MLOpsException(ProblemCode.InvalidArgument, $"older_than is '{text}': expected days, hours, minutes and seconds such as 30d or 1d2h3m4s, at most 1000 years");
    }

    private const double MaxSeconds = 1000 * 366 * 86_400.0;

    [GeneratedRegex(@"^(?:(?<d>[0-9]{1,12}(?:\.[0-9]{1,6})?)d)?(?:(?<h>[0-9]{1,12}(?:\.[0-9]{1,6})?)h)?(?:(?<m>[0-9]{1,12}(?:\.[0-9]{1,6})?)m)?(?:(?<s>[0-9]{1,12}(?:\.[0-9]{1,6})?)s)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
