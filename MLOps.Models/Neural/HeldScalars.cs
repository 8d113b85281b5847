using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural;

/// <summary>Arithmetic of a tensor and a number. What TorchSharp's operators make of the number (0.5 * x) nobody holds while libtorch reads it: under a garbage collection at the wrong moment
/// its finaliser frees it, and the result is an exception or a wrong number. So numbers meet tensors by these methods, or by a Scalar in a using.</summary>
internal static class HeldScalars
{
    public static Tensor Times(this Tensor tensor, double factor)
    {
        using Scalar held = factor;
        return tensor * held;
    }

    public static Tensor Over(this Tensor tensor, double divisor)
    {
        using Scalar held = divisor;
        return tensor / held;
    }

    public static Tensor Plus(this Tensor tensor, double summand)
    {
        using Scalar held = summand;

        // The operator would make a number of its own to multiply the summand with.
        using Scalar once = 1;
        return tensor.add(held, once);
    }

    /// <summary>Not <c>a + b</c>: TorchSharp makes a Scalar of 1 to multiply the second with.</summary>
    public static Tensor Plus(this Tensor tensor, Tensor summand)
    {
        using Scalar once = 1;
        return tensor.add(summand, once);
    }

    /// <summary>Not <c>square()</c>: TorchSharp makes a power of it, and a Scalar for its exponent.</summary>
    public static Tensor Squared(this Tensor tensor) => tensor * tensor;

    /// <summary>Where elements are at least the limit.</summary>
    public static Tensor AtLeast(this Tensor tensor, double limit)
    {
        using Scalar held = limit;
        return tensor.ge(held);
    }

    /// <summary>Each element, or the bound that it is beyond.</summary>
    public static Tensor Within(this Tensor tensor, double least, double most)
    {
        using Scalar lower = least;
        using Scalar upper = most;
        return tensor.clamp(lower, upper);
    }
}
