using System.Text.Json.Nodes;

namespace MLOps.Dashboard.Training;

/// <summary>One family of features in the form.</summary>
public sealed class FeatureStepForm
{
    /// <summary>As the pipeline's declaration calls it.</summary>
    public string Type { get; set; } = "returns";

    public string Column { get; set; } = "close";

    /// <summary>Rows; null: the server's default.</summary>
    public int? Window { get; set; }

    /// <summary>Of the fractional difference.</summary>
    public double Order { get; set; } = 0.4;

    /// <summary>Below it a weight of the fractional difference is left out.</summary>
    public double Threshold { get; set; } = 1e-3;

    /// <summary>Of the technical indicators, with commas between; empty: all.</summary>
    public string Indicators { get; set; } = "";

    public bool HasColumn => Type is "returns" or "realised_volatility" or "fractional_difference";

    public bool HasWindow => Type is "realised_volatility" or "microstructure";

    public JsonObject ToJson()
    {
        var step = new JsonObject { ["type"] = Type };
        if (HasColumn)
        {
            step["column"] = Column.Trim();
        }

        if (HasWindow && Window is { } window)
        {
            step["window"] = window;
        }

        if (Type == "fractional_difference")
        {
            step["order"] = Order;
            step["threshold"] = Threshold;
        }

        if (Type == "technical" && Names(Indicators) is { Count: > 0 } indicators)
        {
            step["features"] = indicators;
        }

        return step;
    }

    /// <summary>Names with commas between.</summary>
    internal static JsonArray Names(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => (JsonNode)name)];
}
