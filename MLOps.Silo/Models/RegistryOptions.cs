namespace MLOps.Silo.Models;

/// <summary>Rules of the model registry.</summary>
public sealed class RegistryOptions
{
    /// <summary>Where the options are in the configuration.</summary>
    public const string SectionName = "MLOps:Registry";

    /// <summary>Refuses Production to a version that has never been in Staging or whose tag <c>mlops.validation</c> is not <c>passed</c>,
    /// whichever front end asks. A rollback is not refused. Default: false.</summary>
    public bool RequireStagingAndValidation { get; set; }
}
