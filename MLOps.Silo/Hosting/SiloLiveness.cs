namespace MLOps.Silo.Hosting;

/// <summary>Whether the silo that a job was given to is still there.</summary>
internal sealed class SiloLiveness(ISiloStatusOracle silos)
{
    /// <param name="address">As <see cref="SiloAddress.ToParsableString"/> writes it; null: no silo.</param>
    public bool IsAlive(string? address) =>
        address is not null
        && silos.GetApproximateSiloStatus(SiloAddress.FromParsableString(address)) is SiloStatus.Created or SiloStatus.Joining or SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping;
}
