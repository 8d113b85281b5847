using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.Dashboard.Training;

/// <summary>A feature pipeline that a person declares: the model is trained behind it, and serving makes the same features of raw rows.</summary>
public sealed class FeaturesForm
{
    private readonly List<FeatureStepForm> _steps = [new()];

    public bool IsOn { get; set; }

    public IReadOnlyList<FeatureStepForm> Steps => _steps;

    /// <summary>Whether each feature is brought to mean 0 and deviation 1 of the training rows.</summary>
    public bool Scale { get; set; } = true;

    /// <summary>Columns that are passed on as they are, with commas between.</summary>
    public string Keep { get; set; } = "";

    /// <summary>Whether the rows get triple-barrier labels.</summary>
    public bool HasLabel { get; set; }

    public string LabelColumn { get; set; } = "close";

    /// <summary>In daily volatilities.</summary>
    public double Gain { get; set; } = 1;

    /// <summary>In daily volatilities.</summary>
    public double Loss { get; set; } = 1;

    /// <summary>Rows.</summary>
    public int Horizon { get; set; } = 10;

    /// <summary>Of the volatility.</summary>
    public int Span { get; set; } = 100;

    public void AddStep() => _steps.Add(new FeatureStepForm());

    public void RemoveStep(FeatureStepForm step)
    {
        if (_steps.Count > 1)
        {
            _steps.Remove(step);
        }
    }

    /// <returns>Null: none is wanted.</returns>
    public JsonElement? ToJson()
    {
        if (!IsOn)
        {
            return null;
        }

        var pipeline = new JsonObject { ["features"] = new JsonArray([.. _steps.Select(step => (JsonNode)step.ToJson())]), ["scale"] = Scale };
        if (FeatureStepForm.Names(Keep) is { Count: > 0 } keep)
        {
            pipeline["keep"] = keep;
        }

        if (HasLabel)
        {
            pipeline["label"] = new JsonObject { ["column"] = LabelColumn.Trim(), ["gain"] = Gain, ["loss"] = Loss, ["horizon"] = Horizon, ["span"] = Span };
        }

        return JsonSerializer.SerializeToElement(pipeline);
    }
}
