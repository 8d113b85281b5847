namespace MLOps.Silo.Models;

/// <summary>Rules of the model registry.</summary>
public sealed class RegistryOptions
{
    /// <summary>Where the options are in the configuration.</summary>
    public const string SectionName = "MLOps:Registry";

    /// <summary>Refuses Production to a version that has never been in Staging or whose tag <c>mlops.validation</c> is not <c>passed</c>,
    /// whichever front end asks. A rollback is not refused. Default: false.</summary>
    public bool RequireStagingAndValidation { get; set; }

    /// <summary>How often an endpoint bound to a stage, an alias or the latest version looks whether that still is what it serves. The platform tells it of changes at once; this is for changes of another program at the same database,
    /// and of a process that died before it told. 0: never. Default: 30 seconds.</summary>
    public TimeSpan FollowInterval { get; set; } = TimeSpan.FromSeconds(30);
}
