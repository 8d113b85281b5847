using Microsoft.AspNetCore.Components;
using MLOps.Client.Models;

namespace MLOps.Dashboard.Models;

/// <summary>A registered model: versions, stages, history.</summary>
public sealed partial class ModelPage
{
    private (ModelVersion Version, ModelStage Stage)? _asked;
    private string _comment = "";

    [Parameter]
    public string Name { get; set; } = "";

    protected override void Configure() => Model.Show(Name);

    private void Ask(ModelVersion version, ModelStage stage)
    {
        _asked = (version, stage);
        _comment = "";
    }

    private async Task MoveAsync()
    {
        if (_asked is { } asked)
        {
            _asked = null;
            await Model.TransitionAsync(asked.Version.Version, asked.Stage, _comment, Leaving);
        }
    }

    private string Consequence(ModelVersion version, ModelStage stage) => stage switch
    {
        ModelStage.Production when Model.InProduction is { } old =>
            $"v{old.Version} is in Production now and will be archived. Endpoints that follow models:/{Name}/Production roll over to v{version.Version}.",
        ModelStage.Production => $"Endpoints that follow models:/{Name}/Production will serve it.",
        ModelStage.Staging => "It becomes the candidate under test.",
        _ when version.CurrentStage == ModelStage.Production => $"Nothing will be in Production: models:/{Name}/Production will lead nowhere.",
        _ => "It is kept, and no longer used.",
    };
}
