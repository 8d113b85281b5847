using MLOps.Client.Training;
using MLOps.Client.Training.Search;

namespace MLOps.Dashboard.Training.Search;

/// <summary>A hyper-parameter that a search varies.</summary>
public sealed class DimensionForm(HyperParameter parameter)
{
    public HyperParameter Parameter { get; } = parameter;

    /// <summary>Whether it is a number that is searched in a range; otherwise among <see cref="Choices"/>.</summary>
    public bool IsRange => Parameter.IsNumber && Choices.Count == 0;

    /// <summary>Inclusive; null: the model's own least.</summary>
    public double? Low { get; set; }

    /// <summary>Inclusive; null: the model's own largest.</summary>
    public double? High { get; set; }

    /// <summary>Whether the range is searched by its logarithm.</summary>
    public bool Log { get; set; }

    /// <summary>Values to try, with commas between; empty: a number's range, or all that the model takes.</summary>
    public string Values { get; set; } = "";

    public IReadOnlyList<string> Choices => Values.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a text without a list of the model's own has its values.</summary>
    public bool IsReady => Parameter.IsNumber || Parameter.Choices.Count > 0 || Choices.Count > 0;

    public SearchDimension ToDimension() => IsRange
        ? new SearchDimension { Low = Low, High = High, Log = Log ? true : null }
        : new SearchDimension { Choices = Choices.Count > 0 ? Choices : null };
}
