using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Search;

/// <summary>The hyper-parameters of a search, checked against what the model declares.</summary>
public sealed class SearchSpace
{
    private SearchSpace(IReadOnlyList<SearchDimension> dimensions) => Dimensions = dimensions;

    /// <summary>In order of their names, so that the same space is searched in the same order whoever wrote it.</summary>
    public IReadOnlyList<SearchDimension> Dimensions { get; }

    /// <param name="declared">The model's hyper-parameters.</param>
    /// <param name="wanted">What to vary; a bound that is left out is the model's own.</param>
    /// <exception cref="ModelTrainingException">Lists every fault with the name, the value and what is allowed.</exception>
    public static SearchSpace Of(IReadOnlyList<HyperParameter> declared, IReadOnlyList<WantedDimension> wanted)
    {
        var faults = new List<string>();
        var dimensions = new List<SearchDimension>();
        foreach (var dimension in wanted.OrderBy(dimension => dimension.Name, StringComparer.Ordinal))
        {
            var parameter = declared.FirstOrDefault(parameter => parameter.Name == dimension.Name);
            if (parameter is null)
            {
                faults.Add($"'{dimension.Name}' is unknown; this model has {string.Join(", ", declared.Select(known => known.Name))}");
            }
            else if (dimensions.Exists(known => known.Name == dimension.Name))
            {
                faults.Add($"'{dimension.Name}' is there twice");
            }
            else if (FaultOf(parameter, dimension) is { } fault)
            {
                faults.Add($"'{dimension.Name}' {fault}");
            }
            else
            {
                dimensions.Add(new SearchDimension(
                    dimension.Name,
                    parameter.Type,
                    dimension.Low ?? parameter.Minimum ?? 0,
                    dimension.High ?? parameter.Maximum ?? 0,
                    dimension.IsLog,
                    dimension.Choices.Count > 0 ? dimension.Choices : parameter.Type == HyperParameterType.Text ? parameter.Choices : []));
            }
        }

        if (wanted.Count == 0)
        {
            faults.Add("it has no hyper-parameter to vary");
        }

        return faults.Count == 0 ? new SearchSpace(dimensions) : throw new ModelTrainingException($"The search space does not fit: {string.Join("; ", faults)}.");
    }

    private static string? FaultOf(HyperParameter parameter, WantedDimension wanted)
    {
        if (wanted.Choices.Count > 0)
        {
            return wanted.Low is not null || wanted.High is not null || wanted.IsLog
                ? "has both choices and a range: give one of them"
                : wanted.Choices.Distinct().Count() < wanted.Choices.Count ? "has a choice twice" : wanted.Choices.Select(choice => Unfit(parameter, choice)).FirstOrDefault(fault => fault is not null);
        }

        if (parameter.Type == HyperParameterType.Text)
        {
            return parameter.Choices.Count == 0 ? "is a text: give choices"
                : wanted.Low is not null || wanted.High is not null || wanted.IsLog ? "is a text: it has choices, not a range" : null;
        }

        var (low, high) = (wanted.Low ?? parameter.Minimum, wanted.High ?? parameter.Maximum);
        return low is null || high is null ? "has no bounds of its own: give low and high"
            : !double.IsFinite(low.Value) || !double.IsFinite(high.Value) || low >= high ? string.Create(CultureInfo.InvariantCulture, $"has low {low} and high {high}: low must be below high")
            : wanted.IsLog && low <= 0 ? string.Create(CultureInfo.InvariantCulture, $"has low {low}: a logarithmic range begins above 0")
            : parameter.Type == HyperParameterType.WholeNumber && Math.Ceiling(low.Value) >= Math.Floor(high.Value) ? string.Create(CultureInfo.InvariantCulture, $"has low {low} and high {high}: there must be two whole numbers within")
            : Unfit(parameter, Text(parameter, low.Value, Math.Ceiling)) ?? Unfit(parameter, Text(parameter, high.Value, Math.Floor));
    }

    private static string Text(HyperParameter parameter, double bound, Func<double, double> round) =>
        (parameter.Type == HyperParameterType.WholeNumber ? round(bound) : bound).ToString("R", CultureInfo.InvariantCulture);

    private static string? Unfit(HyperParameter parameter, string value)
    {
        try
        {
            HyperParameterValues.Parse([parameter], new Dictionary<string, string> { [parameter.Name] = value });
            return null;
        }
        catch (ModelTrainingException)
        {
            return parameter.Type == HyperParameterType.Text
                ? $"cannot be '{value}': one of {string.Join(", ", parameter.Choices)}"
                : string.Create(CultureInfo.InvariantCulture, $"cannot be {value}: the model takes {parameter.Minimum} to {parameter.Maximum}");
        }
    }
}
