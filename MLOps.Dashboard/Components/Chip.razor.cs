using MLOps.Client.Batch;
using MLOps.Client.Models;
using MLOps.Client.Monitoring;
using MLOps.Client.Runs;
using MLOps.Client.Serving;
using MLOps.Client.Training;
using MLOps.Client.Training.Search;
using Microsoft.AspNetCore.Components;

namespace MLOps.Dashboard.Components;

/// <summary>A state as a coloured word.</summary>
public partial class Chip
{
    /// <summary>One of the states that the platform knows.</summary>
    [Parameter, EditorRequired]
    public Enum State { get; set; } = null!;

    private string Class => State switch
    {
        RunStatus status => Chips.Of(status),
        TrainingJobStatus status => Chips.Of(status),
        SearchStatus status => Chips.Of(status),
        SearchTrialStatus status => Chips.Of(status),
        BatchJobStatus status => Chips.Of(status),
        EndpointStatus status => Chips.Of(status),
        ModelStage stage => Chips.Of(stage),
        AlertKind kind => Chips.Of(kind),
        _ => "chip",
    };

    private string Text => State is AlertKind ? State.ToString().ToUpperInvariant() : State.ToString();
}
