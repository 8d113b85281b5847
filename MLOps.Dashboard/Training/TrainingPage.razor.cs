using Microsoft.AspNetCore.Components;

namespace MLOps.Dashboard.Training;

/// <summary>Training jobs and their live curves.</summary>
public sealed partial class TrainingPage
{
    private string? _linked;

    /// <summary>Catalogue id to fill the form with.</summary>
    [SupplyParameterFromQuery(Name = "model")]
    public string? ModelId { get; set; }

    protected override void Configure()
    {
        if (ModelId is not null && ModelId != _linked)
        {
            _linked = ModelId;
            Model.Form.ModelId = ModelId;
        }
    }
}
