using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLOps.Client.Training;

namespace MLOps.Dashboard.Training;

/// <summary>An input that fits what the catalogue says about a hyper-parameter.</summary>
public sealed partial class HyperParameterField
{
    [Parameter, EditorRequired]
    public HyperParameter Parameter { get; set; } = null!;

    /// <summary>The form's values, which this field writes.</summary>
    [Parameter, EditorRequired]
    public IDictionary<string, string> Values { get; set; } = null!;

    private string Value => Values.TryGetValue(Parameter.Name, out var value) ? value : "";

    private static string? Bound(double? bound) => bound?.ToString("R", CultureInfo.InvariantCulture);

    private void Set(ChangeEventArgs change) => Values[Parameter.Name] = change.Value?.ToString() ?? "";
}
